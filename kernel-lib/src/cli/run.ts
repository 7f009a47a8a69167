import { resolve } from "node:path";
import { type RunCommandOptions, runCommand } from "../pipeline/run/run-command.js";
import { runnableNotebook } from "../pipeline/run/run-pipeline.js";

/** Runs a notebook's pipeline for a person at a terminal; resolves to the exit code. */
export async function run(notebookPath: string, options: RunCommandOptions): Promise<number> {
  return runCommand(await runnableNotebook({ notebookPath: resolve(notebookPath) }), options);
}
