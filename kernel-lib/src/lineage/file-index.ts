import type { CellTrace } from "./cell-trace.js";

/** Of each path the runs, by their place in a list. */
export interface StoredFiles {
  readonly runs: readonly string[];
  readonly readers: readonly (readonly [path: string, runs: readonly number[]])[];
  readonly writers: readonly (readonly [path: string, runs: readonly number[]])[];
}

/** Which runs read and wrote a file, so that nobody has to look through all of them. */
export class FileIndex {
  readonly #readers = new Map<string, Set<string>>();
  readonly #writers = new Map<string, Set<string>>();
  /** Made when it is asked for, as long as there is no new one. */
  #paths: ReadonlySet<string> | null = null;
  #known = 0;

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
    const known = this.#readers.size + this.#writers.size;
    if (this.#paths === null || known !== this.#known) {
      this.#paths = new Set([...this.#readers.keys(), ...this.#writers.keys()]);
      this.#known = known;
    }
    return this.#paths;
  }

  readers(path: string): ReadonlySet<string> {
    return this.#readers.get(path) ?? new Set();
  }

  writers(path: string): ReadonlySet<string> {
    return this.#writers.get(path) ?? new Set();
  }

  store(): StoredFiles {
    const places = new Map<string, number>();
    const store = (index: ReadonlyMap<string, ReadonlySet<string>>) =>
      [...index].map(([path, runs]) => [path, [...runs].map((run) => placeOf(places, run))] as const);
    const [readers, writers] = [store(this.#readers), store(this.#writers)];
    return { runs: [...places.keys()], readers, writers };
  }

  /** Takes over what `store` gave. */
  restore({ runs, readers, writers }: StoredFiles): void {
    const restore = (index: Map<string, Set<string>>, stored: StoredFiles["readers"]): void => {
      for (const [path, places] of stored) index.set(path, new Set(places.map((place) => runs[place] ?? "")));
    };
    restore(this.#readers, readers);
    restore(this.#writers, writers);
  }
}

function placeOf(places: Map<string, number>, run: string): number {
  const known = places.get(run);
  if (known !== undefined) return known;
  places.set(run, places.size);
  return places.size - 1;
}
