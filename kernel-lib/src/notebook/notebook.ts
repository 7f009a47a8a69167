/** A notebook as the pipeline sees it: code cells with ids, tags and options, and prose between them. */
export interface Notebook {
  /** Path as given, `/` separated. */
  readonly path: string;
  readonly cells: readonly NotebookCell[];
  /** The notebook's own metadata under `tagline`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The kernelspec's language, lower case, or null. */
  readonly language: string | null;
}

export interface NotebookCell {
  /** nbformat 4.5 cell id; for older notebooks `cell-N` with N the 0-based index. */
  readonly id: string;
  /** 0-based index among all cells. */
  readonly index: number;
  readonly kind: "code" | "markdown" | "raw";
  readonly source: string;
  readonly tags: readonly string[];
  /** The cell's metadata under `tagline` (see `CellOptions`). */
  readonly options: CellOptions;
  /** What of that metadata has no effect, and why. Absent where all has. */
  readonly optionProblems?: readonly OptionProblem[];
  readonly executionCount: number | null;
}

/** Options of a step, in the metadata of any of its cells under `tagline`. */
export interface CellOptions {
  /**
   * Whether an earlier result is used again: never (`false`), whatever the step reads (`"always"`), or for as long as an age says
   * (`"12h"`). Without it, unless the step was seen reading a URL, a database server or the clock.
   */
  readonly cache?: boolean | string;
  /** How often it runs again after a failure. */
  readonly retries?: number;
  /** Time limit of the step in seconds. */
  readonly timeoutS?: number;
  /** Memory limit of the step's process (resident set) in megabytes of 2^20 bytes. */
  readonly memoryMB?: number;
  /** Reference of the container image that it runs in, where an export's target has containers. */
  readonly image?: string;
  /** Environment variables of the step. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Steps of one pool share its slots on engines that have such a thing (Airflow). */
  readonly pool?: string;
  /** What it asks of the machine: cores, and an amount of memory as Kubernetes writes it (`512Mi`, `4Gi`, plain bytes). */
  readonly resources?: { readonly cpu?: number; readonly memory?: string };
}

/** Something in a cell's metadata under `tagline` that has no effect. */
export interface OptionProblem {
  /** `retrys`, `resources.gpu`. */
  readonly option: string;
  readonly kind: "unknown" | "value";
  readonly message: string;
  /** Of an unknown one: the option that was probably meant. */
  readonly suggestion: string | null;
}
