import { dirname, resolve } from "node:path";
import { findProjectRoot } from "../../lineage/project.js";
import { hadSession } from "../../lineage/session-mark.js";
import { loadProgram } from "./load-program.js";
import { notebookModules } from "./notebook-modules.js";
import type { Program } from "./program.js";
import type { RunDocument } from "./run-document.js";
import { runFiles, shortPath } from "./run-files.js";
import { type RunOptions, runProgram } from "./run-program.js";
import type { RunnableProgram } from "./runnable-program.js";

export interface RunPipelineOptions extends RunOptions {
  /** Path of the .ipynb file. */
  readonly notebookPath: string;
  /** Default: found from the notebook's folder. */
  readonly projectRoot?: string;
}

/**
 * Compiles a notebook and runs its pipeline. See `runProgram`.
 *
 * @throws {UsageError | NotebookError} if the notebook cannot be read or a param is wrong.
 */
export async function runPipeline(options: RunPipelineOptions): Promise<RunDocument> {
  return runProgram(await runnableNotebook(options), options);
}

/**
 * Compiles a notebook, ready to run once or several times.
 *
 * @param onCompile called when it has to be compiled, which takes a while, and not where an earlier compilation holds
 */
export async function runnableNotebook(
  options: Pick<RunPipelineOptions, "notebookPath" | "projectRoot">,
  onCompile: () => void = () => {},
): Promise<RunnableProgram> {
  const path = resolve(options.notebookPath);
  const workFolder = dirname(path);
  const files = runFiles(options.projectRoot ?? findProjectRoot(workFolder));
  const compiled = await loadProgram(path, shortPath(files.root, path), files, onCompile);
  const modules = notebookModules(compiled, path, files);
  const locals = Object.values(compiled.locals);
  const program = await withObserved(compiled.program, files.root);
  return { program, modules, files, workFolder, notebook: compiled.source, locals };
}

/** Says what the notebook's session saw against the graph. One that had no session is spared reading the log. */
async function withObserved(program: Program, root: string): Promise<Program> {
  if (!hadSession(root, program.plan.notebook)) return program;
  const [{ openReader }, { readObserved }] = await Promise.all([
    import("../../lineage/reader.js"),
    import("./observed/read-observed.js"),
  ]);
  return { ...program, diagnostics: [...program.diagnostics, ...readObserved(program, openReader(root))] };
}
