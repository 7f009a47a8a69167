/**
 * Where tasks on different machines leave what is no value: segments of the log and manifests of model versions. It lies in the
 * artifact store's place, laid out like a `.tagline/` folder: `lineage/01….jsonl`, `models/penguins/ab….json`.
 */
export interface Exchange {
  /** `s3://bucket/prefix`, or a folder. */
  readonly place: string;
  /** Whole or not at all; replaces what is there. `path` like `lineage/01….jsonl`. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Null if there is nothing. */
  get(path: string): Promise<Buffer | null>;
  /** Paths that begin with a prefix, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Address of an object of the artifact store. */
  urlOf(object: string): string;
}

export function segmentPath(writer: string): string {
  return `lineage/${writer}.jsonl`;
}

/** How far a segment goes, as `heads.json` of the project that wrote it has it. */
export function headPath(writer: string): string {
  return `heads/${writer}.json`;
}

/** Where a try of a task that failed leaves its error for the next one. */
export function attemptPath(run: string, step: string, attempt: number): string {
  return `attempts/${run}/${step}/${attempt}.json`;
}
