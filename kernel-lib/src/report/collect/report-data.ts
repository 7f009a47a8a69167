import type { FileUse, ParamUse } from "../../lineage/cell-trace.js";
import type { RunEnvironment, StepFinished } from "../../lineage/events.js";
import type { RunSummary } from "../../lineage/runs.js";
import type { StepOutput } from "../../pipeline/run/output-log.js";
import type { StepDocument } from "../../pipeline/run/run-document.js";

/** All that a report tells, as plain data. */
export interface ReportData {
  readonly title: string;
  readonly summary: RunSummary;
  readonly environment: RunEnvironment | null;
  /** sha256 (hex) of the notebook's bytes as the run had them; null where they are not known. */
  readonly notebookHash: string | null;
  readonly cells: readonly ReportCell[];
  readonly params: readonly ReportParam[];
  /** In the order in which the run logged them first. */
  readonly metrics: readonly { readonly name: string; readonly value: number; readonly step: string | null }[];
  readonly steps: readonly ReportStep[];
  /** Files that were read and not written by the run itself, each once. */
  readonly files: readonly ReportFile[];
  /** The way to the metrics that matter, each as a tree in plain text. */
  readonly lineage: readonly { readonly metrics: readonly string[]; readonly tree: string }[];
  /** Files that the run read and that are not kept with it, and why; null where nothing can be restored. */
  readonly unkept: readonly { readonly path: string; readonly reason: string }[] | null;
  /** What a reader must know: what is not there, what may not be as it was. */
  readonly warnings: readonly string[];
}

export interface ReportCell {
  readonly id: string;
  /** 1-based among all cells of the notebook. */
  readonly number: number;
  readonly kind: "code" | "markdown" | "raw";
  readonly source: string;
  /** `parameters`, `setup` or `skip` of the tags; null for a step's cell and for exploration. */
  readonly role: string | null;
  readonly step: string | null;
  readonly outputs: readonly StepOutput[];
  /** `file`: the outputs were saved in the notebook; the run itself kept none of this cell. */
  readonly outputsFrom: "run" | "file" | null;
  /** Images that its prose carries, as data URIs by name. */
  readonly attachments: Readonly<Record<string, string>>;
  readonly error: { readonly name: string; readonly message: string; readonly line: number | null } | null;
}

export interface ReportParam {
  readonly name: string;
  readonly value: unknown;
  readonly default?: unknown;
  readonly use: ParamUse | null;
}

export interface ReportStep
  extends Pick<StepFinished, "status" | "durationMs" | "inputs" | "outputs" | "cachedFrom" | "error">,
    Pick<StepDocument, "cpuMs" | "peakMemoryBytes" | "reason"> {
  readonly name: string;
  readonly files: readonly ReportFile[];
  readonly params: readonly string[];
  readonly metrics: readonly string[];
}

export interface ReportFile extends Pick<FileUse, "sha256" | "bytes"> {
  /** Relative to the project root where it lies inside. */
  readonly name: string;
  readonly path: string;
}
