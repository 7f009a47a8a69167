import type { CellTrace } from "./cell-trace.js";
import { newestFirst } from "./log-index/newest-first.js";
import { type LogReader, openReader } from "./reader.js";
import type { RunRecord } from "./run-record.js";

/** One line of `tagline runs`. */
export interface RunSummary {
  /** ULID. */
  readonly run: string;
  readonly kind: "session" | "pipeline";
  /** Relative to the project root where it lies inside; null for a session without a notebook. */
  readonly notebook: string | null;
  /** `running` while its process may go on. A session that ended is `succeeded`; a pipeline without an end `failed`. */
  readonly status: "running" | "succeeded" | "failed" | "cancelled";
  /** ISO 8601. */
  readonly startedAt: string;
  /** Null while it runs, and where the end was not seen. */
  readonly durationMs: number | null;
  readonly params: Readonly<Record<string, unknown>>;
  /** The last value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly author: string;
}

/** All runs, newest first. Of an open reader the list is kept, and only what changed since is read again. */
export function listRuns(from: string | LogReader): readonly RunSummary[] {
  const reader = typeof from === "string" ? openReader(from) : from;
  const known = listed.get(reader);
  const changed = known === undefined ? null : reader.changedSince(known.revision);
  const list = known === undefined || changed === null ? new RunList([...reader.runs()], reader) : known.list;
  for (const run of changed ?? []) list.readAgain(run, reader);
  // Whether a run without an end still goes on is nothing that the log tells; one that does not will not again.
  for (const run of list.running()) list.readAgain(run, reader);
  listed.set(reader, { revision: reader.revision, list });
  return list.newestFirst();
}

/** Runs, newest first, read as they are asked for. */
export function* eachRun(reader: LogReader, key?: string): Generator<RunSummary> {
  for (const record of reader.runs(key)) yield summarizeRun(record, () => reader.isLive(record));
}

const listed = new WeakMap<LogReader, { readonly revision: number; readonly list: RunList }>();

type Place = Pick<RunRecord, "hlc" | "run">;

/** Summaries of all runs, kept up. */
class RunList {
  /** Oldest first, so that a new one goes to the end. */
  readonly #summaries: RunSummary[];
  readonly #order: Place[];
  readonly #running: Set<string>;
  #newestFirst: readonly RunSummary[] | null = null;

  /** @param records newest first */
  constructor(records: readonly RunRecord[], reader: LogReader) {
    this.#summaries = records.map((record) => summarizeRun(record, () => reader.isLive(record))).reverse();
    this.#order = records.map(({ hlc, run }) => ({ hlc, run })).reverse();
    this.#running = new Set(this.#summaries.flatMap(({ run, status }) => (status === "running" ? [run] : [])));
  }

  running(): readonly string[] {
    return [...this.#running];
  }

  newestFirst(): readonly RunSummary[] {
    this.#newestFirst ??= this.#summaries.toReversed();
    return this.#newestFirst;
  }

  readAgain(run: string, reader: LogReader): void {
    const record = reader.record(run);
    if (record === undefined) return;
    const summary = summarizeRun(record, () => reader.isLive(record));
    if (summary.status === "running") this.#running.add(run);
    else this.#running.delete(run);
    this.#newestFirst = null;
    const at = this.#placeOf(record);
    if (this.#order[at]?.run === run) this.#summaries[at] = summary;
    else {
      this.#order.splice(at, 0, { hlc: record.hlc, run });
      this.#summaries.splice(at, 0, summary);
    }
  }

  /** Where it stands, or is to stand. */
  #placeOf(record: Place): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#order[middle];
      if (known !== undefined && newestFirst(known, record) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function summarizeRun(record: RunRecord, isLive: () => boolean): RunSummary {
  const { digest } = record;
  const params = { ...record.started?.params, ...digest.params };
  const kind = record.started?.runKind ?? (digest.steps > 0 ? "pipeline" : "session");
  const status = record.finished?.status ?? (isLive() ? "running" : kind === "session" ? "succeeded" : "failed");
  const startedAt = record.started?.at ?? new Date(record.hlc[0]).toISOString();
  return {
    run: record.run,
    kind,
    notebook: record.started?.notebook ?? null,
    status,
    startedAt,
    durationMs: record.finished?.durationMs ?? (status === "running" ? null : spanMs(startedAt, digest.endMs)),
    params,
    metrics: digest.metrics,
    author: record.author,
  };
}

/** The backends on which tfjs trained in a run, sorted; none where nothing was trained. */
export function tfjsBackendsOf(record: RunRecord): string[] {
  const used = tracesOf(record).flatMap(({ fits }) => fits.flatMap(({ backend }) => backend ?? []));
  return [...new Set(used)].sort();
}

/** The traces of all cells of a run, in order. */
export function tracesOf({ cells, steps }: Pick<RunRecord, "cells" | "steps">): CellTrace[] {
  return [...cells.map(({ trace }) => trace), ...steps.flatMap((step) => step.cells)];
}

/** From the start to the end of the last thing that was seen; null if nothing was. */
function spanMs(startedAt: string, endMs: number | null): number | null {
  return endMs === null ? null : Math.max(0, Math.round(endMs - Date.parse(startedAt)));
}
