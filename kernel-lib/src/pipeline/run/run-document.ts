import type { RegisteredModel } from "../../registry/registered-model.js";
import type { Diagnostic } from "../compile/plan.js";

/** What `tagline run --json` prints: one run, whole. */
export interface RunDocument {
  /** ULID of the run. */
  readonly run: string;
  /** ULID of the grid of runs that it belongs to; absent where it is none. */
  readonly sweep?: string;
  readonly notebook: string;
  readonly status: "running" | "succeeded" | "failed" | "cancelled";
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** The last value of each metric, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly steps: readonly StepDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface StepDocument {
  readonly name: string;
  /**
   * `waiting` and `running` only while the run lasts. `cached`: an earlier run's result holds.
   * `skipped`: not run, because a step that it needs failed.
   */
  readonly status: "waiting" | "running" | "done" | "cached" | "failed" | "skipped";
  /** Cell ids. */
  readonly cells: readonly string[];
  readonly durationMs: number;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Why it ran or did not: `first run`, `code changed`, `raw changed (from load)`, `file data.csv changed`, `same code, inputs, params and files as run 01…`. */
  readonly reason: string;
  readonly outputs: readonly OutputDocument[];
  /** Values over the epochs of its last fit, by name (`loss`); absent without a fit. */
  readonly series?: Readonly<Record<string, readonly number[]>>;
  /** Versions of models that it registered; absent where it did not. */
  readonly models?: readonly RegisteredModel[];
  readonly error?: StepError;
  /** Of a step that failed: the folder, from the project's root, that shows what it was given. */
  readonly inputs?: string;
  /** Attempts that failed before the last one, by its option `retries`; absent where there were none. */
  readonly attempts?: readonly FailedAttempt[];
}

/** The error of an attempt. */
export interface FailedAttempt {
  readonly name: string;
  readonly message: string;
}

export interface OutputDocument {
  readonly name: string;
  /** sha256 (hex) of the value's canonical bytes. */
  readonly hash: string;
  readonly type: string;
  readonly bytes: number;
  /** `344 rows × 7 columns`. */
  readonly summary: string;
}

export interface StepError {
  readonly name: string;
  readonly message: string;
  readonly cellId: string | null;
  /** 1-based line in that cell. */
  readonly line: number | null;
  readonly column: number | null;
  readonly stack: readonly string[];
  /** The lines around that place with their numbers, the place marked; absent where there is none. */
  readonly codeFrame?: string;
  /** What it says to be caused by, outermost first: `SyntaxError: Unexpected end of JSON input`. */
  readonly causes?: readonly string[];
}

/** What a run tells while it goes on. */
export type RunProgress =
  | { readonly kind: "run"; readonly document: RunDocument }
  | { readonly kind: "step"; readonly run: string; readonly step: StepDocument }
  /** A line that a step wrote, or `epoch 25/40` of a fit with `fraction` in 0..1. */
  | {
      readonly kind: "log";
      readonly run: string;
      readonly step: string;
      readonly stream: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly kind: "note";
      readonly run: string;
      readonly step: string;
      readonly text: string;
      readonly fraction: number | null;
      /** Values of that epoch by name (`loss`), where the note is of a fit. */
      readonly values?: Readonly<Record<string, number>>;
    };
