import type { Diagnostic } from "../../compile/plan.js";
import type { RunDocument } from "../run-document.js";

export type Verdict = "same" | "unknown" | "differs";

/** What `tagline verify --json` prints. */
export interface VerifyDocument {
  readonly notebook: string;
  /** `differs` if any value does; `same` if every value is the same as in the session or the last run; else `unknown`. */
  readonly verdict: Verdict;
  /** The clean run, in which nothing was taken from the cache. */
  readonly run: string;
  readonly status: RunDocument["status"];
  readonly params: Readonly<Record<string, unknown>>;
  /** The notebook's last session, and its last run that went well with the same params; null where there is none. */
  readonly session: string | null;
  readonly lastRun: string | null;
  /** True if there was nothing to compare with, so that the pipeline ran twice: `lastRun` is the first of the two. */
  readonly ranTwice: boolean;
  /** Every artifact and metric, by step in the order of the plan. */
  readonly values: readonly ValueVerdict[];
  /** The first value that differs: what comes after it may only follow from it. */
  readonly first: FirstDifference | null;
  readonly unrepeatable: readonly UnrepeatableFinding[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ValueVerdict {
  readonly kind: "artifact" | "metric";
  readonly step: string;
  readonly name: string;
  /** The cell that makes it, and the 1-based line there. */
  readonly cellId: string | null;
  readonly line: number | null;
  /** In the clean run: `344 rows × 7 columns`, `0.93`. */
  readonly value: string;
  readonly session: Comparison;
  readonly lastRun: Comparison;
}

export interface Comparison {
  readonly verdict: Verdict;
  /** Of `unknown`: why. */
  readonly why?: string;
  /** Of `differs`: in what, and what is known to have caused it. */
  readonly difference?: string;
  readonly because?: readonly string[];
}

export interface FirstDifference {
  readonly against: "session" | "lastRun";
  readonly kind: "artifact" | "metric";
  readonly step: string;
  readonly name: string;
  readonly cellId: string | null;
  readonly line: number | null;
  readonly difference: string;
  readonly because: readonly string[];
}

/** Code of a step that asks what another run answers otherwise. */
export interface UnrepeatableFinding {
  readonly step: string;
  readonly call: string;
  readonly cellId: string | null;
  readonly line: number | null;
  /** Values that differ, of its step and of those that come after it: what it may have reached. */
  readonly reaches: readonly string[];
}
