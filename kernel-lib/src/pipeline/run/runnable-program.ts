import type { ModuleSource } from "./module-source.js";
import type { ProcessPool } from "./process-pool.js";
import type { Program } from "./program.js";
import type { RunFiles } from "./run-files.js";

/** What to run, where. */
export interface RunnableProgram {
  readonly program: Program;
  readonly modules: ModuleSource;
  readonly files: RunFiles;
  /** Working folder of the steps, absolute. */
  readonly workFolder: string;
  /** The notebook's text, kept with the run; absent in an exported project. */
  readonly notebook?: string;
  /** Modules of the person's own that it imports, absolute paths; absent in an exported project, which has them. */
  readonly locals?: readonly string[];
  /** Processes for its steps that stand ready; whoever started them ends them. Default: each run has its own. */
  readonly pool?: ProcessPool;
}
