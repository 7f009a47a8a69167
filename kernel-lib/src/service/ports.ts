import type { RunDocument, RunProgress } from "../pipeline/run/run-document.js";
import type { ActiveRun, ExportReply, FactsReply, FactsRequest, RunCodeReply, RunSummary, WhyReply } from "./api.js";
import type { OperationsPort } from "./operations/operations-port.js";

/** What the service needs of the rooms above it. Paths of notebooks are absolute and confined already. */
export interface ServicePorts {
  /** Facts of the cells as they stand on the page. */
  facts(notebook: string, request: FactsRequest): Promise<FactsReply>;
  /** Runs the notebook as it lies on disk. Progress begins with a `run`; resolves with the last document. */
  run(notebook: string, options: RunOptions): Promise<RunDocument>;
  /** Runs in the project of that notebook (null: of Jupyter's root folder), newest first. */
  listRuns(notebook: string | null): Promise<readonly RunSummary[]>;
  /** The document of a run of that project as it lies on disk, or null. */
  readRun(run: string, notebook: string | null): Promise<RunDocument | null>;
  /** The code of a run of that project as the log tells it, or null. */
  runCode(run: string, notebook: string | null): Promise<RunCodeReply | null>;
  /** Runs that other processes have going in the projects seen so far. */
  activeRuns(): Promise<readonly ActiveRun[]>;
  why(name: string, notebook: string | null): Promise<WhyReply>;
  /** `out` is absolute, inside the root, and new or empty. */
  exportTo(notebook: string, target: "node", out: string): Promise<ExportReply>;
  readonly operations: OperationsPort;
  /** The service closes. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}
