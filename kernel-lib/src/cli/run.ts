import { dirname, resolve } from "node:path";
import { settingsReader } from "../kernel/notebook-settings.js";
import { findProjectRoot } from "../lineage/project.js";
import { notebookHost } from "../pipeline/run/notebook-modules.js";
import { ProcessPool } from "../pipeline/run/process-pool.js";
import { type RunCommandOptions, runCommand } from "../pipeline/run/run-command.js";
import { runnableNotebook } from "../pipeline/run/run-pipeline.js";

/** Processes that start while the compiler works: more would only wait for it. */
const STARTED_EARLY = 2;

/** Runs a notebook's pipeline for a person at a terminal; resolves to the exit code. */
export async function run(notebookPath: string, options: RunCommandOptions): Promise<number> {
  const path = resolve(notebookPath);
  useSettings(path);
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

/** What the notebook's metadata or the catalog says of tfjs is the steps' too, whose processes inherit it. */
function useSettings(notebook: string): void {
  const { tfjsBackend } = settingsReader({ notebook, root: findProjectRoot(dirname(notebook)) })();
  if (tfjsBackend !== null) process.env["TAGLINE_TFJS_BACKEND"] = tfjsBackend;
}
