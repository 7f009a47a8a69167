import type { CellTrace } from "./cell-trace.js";

/** Which runs read and wrote a file, so that nobody has to look through all of them. */
export class FileIndex {
  readonly #readers = new Map<string, Set<string>>();
  readonly #writers = new Map<string, Set<string>>();

  add(run: string, { files }: CellTrace): void {
    for (const { path, mode } of files) {
      const index = mode === "read" ? this.#readers : this.#writers;
      const runs = index.get(path);
      if (runs === undefined) index.set(path, new Set([run]));
      else runs.add(run);
    }
  }

  /** Absolute paths of all files. */
  paths(): ReadonlySet<string> {
    return new Set([...this.#readers.keys(), ...this.#writers.keys()]);
  }

  readers(path: string): ReadonlySet<string> {
    return this.#readers.get(path) ?? new Set();
  }

  writers(path: string): ReadonlySet<string> {
    return this.#writers.get(path) ?? new Set();
  }
}
