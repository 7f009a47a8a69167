import { newestFirst } from "./log-index/newest-first.js";
import type { RunRecord } from "./run-record.js";

/** A summary, and by what lists are sorted. */
export interface ListedRun<Summary> extends Pick<RunRecord, "hlc" | "run"> {
  readonly summary: Summary;
}

/** Summaries of runs, kept in order while runs come and change. */
export class RunList<Summary extends { readonly status: string }> {
  /** Oldest first, so that a new one goes to the end. */
  readonly #runs: ListedRun<Summary>[];
  readonly #running: Set<string>;
  #newestFirst: readonly Summary[] | null = null;

  /** @param runs newest first */
  constructor(runs: readonly ListedRun<Summary>[]) {
    this.#runs = [...runs].reverse();
    this.#running = new Set(runs.flatMap(({ run, summary }) => (summary.status === "running" ? [run] : [])));
  }

  /** Ids of those that went on when they were put here. */
  running(): readonly string[] {
    return [...this.#running];
  }

  /** The same array as long as nothing changed. */
  newestFirst(): readonly Summary[] {
    this.#newestFirst ??= this.#runs.map(({ summary }) => summary).reverse();
    return this.#newestFirst;
  }

  /** Adds a run, or takes the place of what was known of it. */
  put(run: ListedRun<Summary>): void {
    if (run.summary.status === "running") this.#running.add(run.run);
    else this.#running.delete(run.run);
    this.#newestFirst = null;
    const at = this.#placeOf(run);
    this.#runs.splice(at, this.#runs[at]?.run === run.run ? 1 : 0, run);
  }

  /** Where it stands, or is to stand. */
  #placeOf(run: ListedRun<Summary>): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#runs[middle];
      if (known !== undefined && newestFirst(known, run) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
