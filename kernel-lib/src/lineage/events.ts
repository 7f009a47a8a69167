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

export type LineageEvent =
  | RunStarted
  | CellFinished
  | ValuesHashed
  | StepFinished
  | RunFinished
  | ModelRegistered
  | AliasMoved
  | RequestServed
  | DriftChecked
  | ScheduleFired
  | DeploymentChanged
  | LineageErased;

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
  /** ULID of the grid of runs that it belongs to; absent where it is none. */
  readonly sweep?: string;
  /** Where the notebook stands as it was executed, outputs and all; a path like `notebook`. Absent where nobody keeps it (a session in JupyterLab). */
  readonly executed?: string;
}

export interface RunEnvironment {
  readonly node: string;
  readonly tagline: string;
  readonly os: string;
  /** Commit of the project's git repository, if any, and whether files differ from it. */
  readonly gitCommit: string | null;
  readonly gitDirty: boolean | null;
  /** The files that differ, from the repository's root; the first hundred. Absent where none does. */
  readonly gitChanged?: readonly string[];
  /** What pins the packages: the nearest lock file upward (from the notebook's folder), and the sha256 (hex) of its bytes. */
  readonly packages?: { readonly lockFile: string; readonly sha256: string };
}

/** A cell ran in a kernel session. */
export interface CellFinished {
  readonly kind: "cell.finished";
  readonly run: string;
  /** Execution count. */
  readonly count: number;
  readonly trace: CellTrace;
}

/** In an idle moment a kernel hashed values of its session which the tagged notebook hands from step to step. */
export interface ValuesHashed {
  readonly kind: "values.hashed";
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly values: readonly SessionValue[];
}

export interface SessionValue {
  readonly name: string;
  /** Execution count of the cell that made it, or changed it last, before it was hashed. */
  readonly count: number;
  /** sha256 (hex) of its canonical bytes, as of a step's output; null where it was not hashed. */
  readonly hash: string | null;
  /** Why it was not hashed; absent where it was. */
  readonly why?: string;
  /** As `ArtifactUse` has them; absent where it was not hashed. */
  readonly type?: string;
  readonly summary?: string;
  /** Of a table, its rows; and of a table or object, sha256 (hex) of each column or property, in order. Absent of other values. */
  readonly rows?: number;
  readonly parts?: readonly { readonly name: string; readonly hash: string }[];
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
  /** Code of other cells that the step ran or called, by cell: hashes of its statements. Absent where there is none. */
  readonly shared?: readonly { readonly cellId: string; readonly hash: string }[];
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
  /** Errors of the attempts before the last one; absent where the first one was the last. */
  readonly attempts?: readonly { readonly name: string; readonly message: string }[];
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

/** A `model(…)` call made a version, or met the same content again. */
export interface ModelRegistered {
  readonly kind: "model.registered";
  readonly model: string;
  /** sha256 (hex) of the version's canonical content. */
  readonly version: string;
  /** The label that people use, claimed once per store: 1, 2, 3… */
  readonly number: number;
  readonly run: string;
  readonly notebook: string | null;
  readonly cellId: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly target: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Captured values by name. */
  readonly artifacts: readonly ArtifactUse[];
  /** False if a version with this content was there already. */
  readonly isNew: boolean;
}

/** An alias such as `production` was set, moved or (version null) removed. */
export interface AliasMoved {
  readonly kind: "alias.moved";
  readonly model: string;
  readonly alias: string;
  readonly version: string | null;
  readonly previous: string | null;
  readonly at: string;
  readonly reason: string | null;
  /** True if it went back to where it stood before; absent for an ordinary move. */
  readonly isRollback?: boolean;
}

/** A request was answered by a served model. Values stay out; the body's hash is in. */
export interface RequestServed {
  readonly kind: "request.served";
  /** ULID. */
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly at: string;
  readonly durationMs: number;
  /** HTTP status. */
  readonly status: number;
  readonly rows: number;
  /** sha256 (hex) of the body's bytes. */
  readonly bodyHash: string;
  /** Name of the deployment that answered; absent where somebody served the model by hand. */
  readonly deployment?: string;
}

/** Two sets of rows were compared for drift. */
export interface DriftChecked {
  readonly kind: "drift.checked";
  readonly model: string | null;
  readonly version: string | null;
  readonly at: string;
  readonly reference: string;
  readonly current: { readonly path: string; readonly sha256: string; readonly rows: number };
  readonly features: readonly {
    readonly name: string;
    readonly psi: number;
    readonly test: "ks" | "chi2";
    readonly pValue: number;
    readonly drifted: boolean;
  }[];
}

/** A schedule's moment was taken up. */
export interface ScheduleFired {
  readonly kind: "schedule.fired";
  readonly schedule: string;
  /** The moment that was due, ISO 8601. */
  readonly due: string;
  readonly at: string;
  readonly run: string;
}

/** A deployment began to answer, moved to another version, stopped or failed. */
export interface DeploymentChanged {
  readonly kind: "deployment.changed";
  readonly deployment: string;
  readonly change: "started" | "switched" | "stopped" | "failed";
  readonly model: string;
  /** sha256 (hex) of the version that it answers with; of `stopped` and `failed`, the one that it answered with or should have; null if there is none. */
  readonly version: string | null;
  /** Of `switched`: the version before. */
  readonly previous: string | null;
  /** The alias that it follows, or null. */
  readonly alias: string | null;
  readonly url: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why it stopped or failed. */
  readonly reason: string | null;
}

/** Events were taken out of the log for good. Lines of a person's are not said to be that person's. */
export interface LineageErased {
  readonly kind: "lineage.erased";
  /** `retention`: runs, and requests, that were older than the project keeps them. */
  readonly what: "author" | "run" | "retention";
  /** ISO 8601. */
  readonly at: string;
  /** How many runs. */
  readonly runs: number;
  /** How many events of each segment; `author` where it says no more who wrote it. */
  readonly segments: readonly { readonly writer: string; readonly lines: number; readonly author?: true }[];
}
