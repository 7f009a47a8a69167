import { dirname, resolve } from "node:path";
import { notebookHost } from "../pipeline/run/notebook-modules.js";
import { ProcessPool } from "../pipeline/run/process-pool.js";
import { type RunCommandOptions, runCommand } from "../pipeline/run/run-command.js";
import { runnableNotebook } from "../pipeline/run/run-pipeline.js";

/** Processes that start while the compiler works: more would only wait for it. */
const STARTED_EARLY = 2;

/** Runs a notebook's pipeline for a person at a terminal; resolves to the exit code. */
export async function run(notebookPath: string, options: RunCommandOptions): Promise<number> {
  const path = resolve(notebookPath);
  const pool = new ProcessPool(dirname(path), { host: notebookHost });
  try {
    const target = await runnableNotebook({ notebookPath: path }, () => {
      if (options.dryRun !== true) pool.prepare(STARTED_EARLY);
    });
    return await runCommand({ ...target, pool }, options);
  } finally {
    pool.close();
  }
}
