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
  readonly executionCount: number | null;
}

/** Options of a step, in the metadata of any of its cells under `tagline`. */
export interface CellOptions {
  /** `false`: never reuse a result of this step. */
  readonly cache?: boolean;
  /** Time limit of the step in seconds. */
  readonly timeoutS?: number;
}
