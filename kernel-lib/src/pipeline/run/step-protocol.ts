import type { StoredRef, StoredValue } from "../../artifacts/bundle.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { RegisteredModel } from "../../registry/registered-model.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import type { TrackNews } from "../../track/tracker.js";
import type { ModelDescription } from "../compile/describe-models.js";
import type { Asked } from "./watch-clock.js";

/** What the coordinator asks of a step's process; one task in a process's life. */
export interface StepTask {
  readonly step: string;
  /** File URL of the step's module. */
  readonly module: string;
  /** The project root, where the objects are. */
  readonly project: string;
  /** Values to load. */
  readonly inputs: readonly StoredRef[];
  /** Environment variables by the step's option `environment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names to hand on. */
  readonly gives: readonly string[];
  /** Inputs that must be unchanged afterwards: they are not handed on, yet a later step takes them. */
  readonly watch: readonly string[];
  /** Values given for this run. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Params that the step's code reaches. */
  readonly reaches: readonly string[];
  /** Cell that holds the parameters, for the record of what was read before the first cell. */
  readonly paramsCell: string | null;
  readonly cells: Readonly<Record<string, CellHashes>>;
  /** The run, and the notebook as the log has it: what a model's version tells of where it came from. */
  readonly run: string;
  readonly notebook: string;
  /** As in `Program`. */
  readonly models: Readonly<Record<string, ModelDescription>>;
}

export interface CellHashes {
  /** 0-based place among all cells of the notebook. */
  readonly index: number;
  readonly sourceHash: string;
  readonly canonicalHash: string;
}

/** What a step's process tells; it ends with `done` or `failed`, unless it dies. */
export type StepMessage =
  | { readonly kind: "news"; readonly news: TrackNews }
  | {
      readonly kind: "display";
      readonly cellId: string | null;
      readonly data: Readonly<Record<string, unknown>>;
      readonly metadata: Readonly<Record<string, unknown>>;
      /** With an id, what was shown under it can be replaced later. */
      readonly id?: string;
      /** True if this replaces what was shown under `id`. */
      readonly update?: boolean;
      /** Its mark on standard output, which tells its place among the lines there. */
      readonly mark: number;
    }
  /** Takes away what the cell has shown; with `wait`, not before it shows the next thing. */
  | { readonly kind: "clear"; readonly cellId: string | null; readonly wait: boolean; readonly mark: number }
  /** A progress bar in one line of text, its fraction 0 to 1; only now and then for a log. */
  | {
      readonly kind: "progress";
      readonly text: string;
      readonly fraction: number | null;
      readonly forLog: boolean;
      readonly mark: number;
    }
  /** A secret that the step read by a name that the plan does not know: to be masked from now on, and kept nowhere. */
  | { readonly kind: "secret"; readonly name: string; readonly value: string }
  /** A version to register; answered by a `DraftReply`. */
  | { readonly kind: "draft"; readonly id: number; readonly draft: VersionDraft }
  | { readonly kind: "done"; readonly result: StepResult }
  | {
      readonly kind: "failed";
      readonly error: RawError;
      readonly cells: readonly CellTrace[];
      readonly usage: StepUsage;
    };

/** What became of a draft: the version, or why there is none. */
export type DraftReply =
  | { readonly id: number; readonly registered: Omit<RegisteredModel, "name"> }
  | { readonly id: number; readonly error: string };

export interface StepResult {
  readonly outputs: readonly StoredValue[];
  readonly cells: readonly CellTrace[];
  /** Watched inputs whose value is not what it was. */
  readonly changed: readonly string[];
  readonly usage: StepUsage;
  /** What its cells asked that another run answers otherwise, each with the cell that was running. */
  readonly asked: readonly (Asked & { readonly running: string | null })[];
}

export interface StepUsage {
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
}

/** An error as the step's process saw it, its stack still in terms of the compiled modules. */
export interface RawError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The cell that was running. */
  readonly cellId: string | null;
  /** Names and messages of its chain of causes; absent without one. */
  readonly causes?: readonly string[];
}

/**
 * Written by a step's process to both of its output streams when a cell begins, so that every line, a native
 * library's included, belongs to its cell. U+0000 does not occur in text that people print.
 */
export function cellMarker(cellId: string): string {
  return `\u0000tagline:cell:${cellId}\n`;
}

const MARK = "\u0000tagline:";

/** Written to standard output where a display's message belongs among the lines. */
export function displayMarker(mark: number): string {
  return `${MARK}display:${mark}\n`;
}

/** A line of a step's stream: its text, if any, and the marker at its end, if any. */
export interface MarkedLine {
  readonly text: string | null;
  /** The cell that begins here. */
  readonly cell?: string;
  /** The display whose place is here. */
  readonly display?: number;
}

/** A cell's last line may lack its line break; the next marker then follows in the same line. */
export function readMarkers(line: string): MarkedLine {
  const start = line.indexOf(MARK);
  const [kind, name = ""] = start < 0 ? [] : line.slice(start + MARK.length).split(/:(.*)/s);
  if (kind !== "cell" && kind !== "display") return { text: line };
  const text = start === 0 ? null : line.slice(0, start);
  return kind === "cell" ? { text, cell: name } : { text, display: Number(name) };
}
