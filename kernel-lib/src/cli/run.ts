import { resolve } from "node:path";
import { runInTerminal, type TerminalOptions } from "../pipeline/run/run-in-terminal.js";
import { runPipeline } from "../pipeline/run/run-pipeline.js";

/** Runs a notebook's pipeline for a person at a terminal; resolves to the exit code. */
export function run(notebookPath: string, options: TerminalOptions): Promise<number> {
  return runInTerminal((more) => runPipeline({ notebookPath: resolve(notebookPath), ...more }), options);
}
