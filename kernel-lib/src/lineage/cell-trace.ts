/** What was observed while one cell ran, in the kernel or in a step of a pipeline. Plain JSON. */
export interface CellTrace {
  /** nbformat cell id if the front end told it, else null. */
  readonly cellId: string | null;
  /** sha256 (hex) of the source text, and of its canonical code (see CellFacts). */
  readonly sourceHash: string;
  readonly canonicalHash: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cpuMs: number;
  /** Peak resident set size of the process so far, bytes. */
  readonly peakMemoryBytes: number;
  /** Names whose value from before the cell was read; written (declared or assigned); changed in place. Sorted. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly mutates: readonly string[];
  readonly files: readonly FileUse[];
  readonly params: readonly ParamUse[];
  readonly metrics: readonly MetricPoint[];
  /** HTTP requests in the order in which they began; left out where there were none. */
  readonly requests?: readonly RequestUse[];
  /** Statements that a database was sent, in the order in which they began; left out where there were none. */
  readonly queries?: readonly QueryUse[];
  /** True if a step's own code asked what time it is. Left out where it did not, and in sessions. */
  readonly clock?: boolean;
  /** What a step's own code asked that another run answers otherwise; left out where it asked nothing such, and in sessions. */
  readonly unrepeatable?: readonly UnrepeatableUse[];
  readonly tables: readonly TableFacts[];
  readonly fits: readonly FitFacts[];
  readonly error: CellError | null;
}

export interface FileUse {
  /** Absolute, `/` separated. */
  readonly path: string;
  readonly mode: "read" | "write";
  /** sha256 (hex) of the whole bytes delivered or written; null where it could not be known. */
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** One HTTP request. */
export interface RequestUse {
  readonly method: string;
  /** Secrets in it are masked. */
  readonly url: string;
  /** HTTP status; null if no answer came before the cell ended. */
  readonly status: number | null;
  /** Bytes of the answer's body as they came over the wire, and their sha256 (hex); null unless all of them came. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** From the request to the end of its answer; null unless that came. */
  readonly durationMs: number | null;
}

/** One statement that a database was sent. Its parameters are not kept. */
export interface QueryUse {
  /** `postgresql`, `duckdb`, `sqlite`, `mysql`. */
  readonly system: string;
  /** The statement's text; secrets in it are masked, and what is over 2,000 characters is cut. */
  readonly statement: string;
  /** Rows that came back, or that were changed; null if the driver does not say. */
  readonly rows: number | null;
  readonly durationMs: number | null;
}

export interface UnrepeatableUse {
  /** `Date.now()`, `new Date()`, `performance.now()`, `Math.random() without a seed`, `randomUUID()`. */
  readonly call: string;
  /** The cell in whose code it stands, and the 1-based line there; null where it could not be found. */
  readonly cellId: string | null;
  readonly line: number | null;
}

export interface ParamUse {
  readonly name: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly unknown[];
  readonly description?: string;
}

export interface MetricPoint {
  readonly name: string;
  readonly value: number;
  readonly step?: number;
  /** ISO 8601. */
  readonly at: string;
}

export interface TableFacts {
  /** The top-level name that holds it. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
}

export interface ColumnFacts {
  readonly name: string;
  /** `number`, `string`, `boolean`, `date`, `bigint`, `object`; `unknown` where nothing but gaps was found. */
  readonly type: string;
  readonly profile?: ColumnProfile;
}

/** What a column holds, by the rows that were looked at: all of a small table, both ends and strides between of a large one. */
export interface ColumnProfile {
  /** Rows that were looked at; fewer than the table's own means a sample. */
  readonly seen: number;
  /** Rows among them with null, undefined or NaN. */
  readonly gaps: number;
  /** Different values among the rest; null above 1,000, and for objects. */
  readonly distinct: number | null;
  /** Of numbers, and of dates (ISO 8601); left out where there are none. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Of numbers. */
  readonly mean?: number;
}

/** One tfjs `fit`. */
export interface FitFacts {
  readonly epochs: number;
  readonly batchSize: number | null;
  readonly optimizer: string | null;
  readonly loss: string | null;
  readonly parameters: number | null;
  readonly layers: readonly string[];
  readonly backend: string | null;
  /** Per-epoch values by metric name. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly durationMs: number;
}

export interface CellError {
  readonly name: string;
  readonly message: string;
  /** 1-based place in the cell, or null. */
  readonly line: number | null;
  readonly column: number | null;
  /** Frames of the person's code only. */
  readonly stack: readonly string[];
}
