import type { CellTrace } from "./cell-trace.js";

/**
 * The facts that make up the lineage log. They only add: a reader keeps events whose kind it does not know.
 * Every event is wrapped in an envelope that says who wrote it and when.
 */
export interface EventEnvelope {
  readonly v: 1;
  /** `<writer>.<seq>`, seq counted from 1. */
  readonly id: string;
  /** Hybrid logical clock: milliseconds since 1970, then a counter within the millisecond. */
  readonly hlc: readonly [ms: number, counter: number];
  readonly author: string;
  readonly host: string;
  readonly event: LineageEvent;
}

export type LineageEvent = RunStarted | CellFinished | StepFinished | RunFinished;

/** A kernel session or a pipeline run begins. */
export interface RunStarted {
  readonly kind: "run.started";
  /** ULID. */
  readonly run: string;
  readonly runKind: "session" | "pipeline";
  /** Path relative to the project root where it lies inside, else absolute; null for a session without a notebook. */
  readonly notebook: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly environment: RunEnvironment;
}

export interface RunEnvironment {
  readonly node: string;
  readonly tagline: string;
  readonly os: string;
  /** Commit of the project's git repository, if any, and whether files differ from it. */
  readonly gitCommit: string | null;
  readonly gitDirty: boolean | null;
}

/** A cell ran in a kernel session. */
export interface CellFinished {
  readonly kind: "cell.finished";
  readonly run: string;
  /** Execution count. */
  readonly count: number;
  readonly trace: CellTrace;
}

/** A step of a pipeline run ended. */
export interface StepFinished {
  readonly kind: "step.finished";
  readonly run: string;
  readonly step: string;
  readonly status: "done" | "cached" | "failed" | "skipped";
  readonly at: string;
  readonly durationMs: number;
  /** The static key: hash of code, inputs, params and environment. */
  readonly key: string;
  readonly inputs: readonly ArtifactUse[];
  readonly outputs: readonly ArtifactUse[];
  /** One for each cell that ran, reads and writes being those of its facts. Replayed from the cache on a hit. */
  readonly cells: readonly CellTrace[];
  /** On a hit: the run that did the work. */
  readonly cachedFrom: string | null;
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly cellId: string | null;
    readonly line: number | null;
  } | null;
}

export interface ArtifactUse {
  readonly name: string;
  /** sha256 (hex) of the value's canonical bytes. */
  readonly hash: string;
  /** What it is: `json`, `table`, `tensor`, `model`, `bytes`. */
  readonly type: string;
  readonly bytes: number;
  /** One line for a person: `344 rows × 7 columns`. */
  readonly summary: string;
  /** sha256 (hex) of the stored object that holds it, under `.tagline/objects/`. Names that share objects share it. */
  readonly object?: string;
}

export interface RunFinished {
  readonly kind: "run.finished";
  readonly run: string;
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly at: string;
  readonly durationMs: number;
}
