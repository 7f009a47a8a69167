import type { CellTrace } from "./cell-trace.js";
import { keyOf } from "./log-index/index-key.js";
import { newestFirst } from "./log-index/newest-first.js";
import { type LogReader, openReader } from "./reader.js";
import { type ListedRun, RunList } from "./run-list.js";
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
  /** Where the notebook stands as it was executed; absent where nobody keeps it. */
  readonly executed?: string;
}

export interface ListOptions {
  /** Only runs of this notebook, as the log names it. Default: all. */
  readonly notebook?: string;
}

/** All runs, newest first. Of an open reader the list is kept, and only what changed since is read again. */
export function listRuns(from: string | LogReader, options: ListOptions = {}): readonly RunSummary[] {
  const reader = typeof from === "string" ? openReader(from) : from;
  return knownList(reader, options) ?? keepList(reader, options, [...eachListed(reader, options)]);
}

/** The same, in slices: whatever else this process does goes on between them. */
export async function listRunsGently(reader: LogReader, options: ListOptions = {}): Promise<readonly RunSummary[]> {
  const known = knownList(reader, options);
  if (known !== null) return known;
  const found: ListedRun<RunSummary>[] = [];
  let since = performance.now();
  for (const run of eachListed(reader, options)) {
    found.push(run);
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise(setImmediate);
    since = performance.now();
  }
  return knownList(reader, options) ?? keepList(reader, options, found);
}

const SLICE_MS = 15;

/** Summaries of runs, newest first, read as they are asked for. */
export function* eachRun(reader: LogReader): Generator<RunSummary> {
  for (const record of reader.runs()) yield summarizeRun(record, () => reader.isLive(record));
}

/** Runs of pipelines that go on now, newest first. */
export function activeRuns(reader: LogReader): RunSummary[] {
  // Whoever may go on with one lives, and those are few.
  const records = reader.liveWriters().flatMap((writer) => [...reader.runs(keyOf("writer", writer))]);
  return records
    .filter(({ finished }) => finished === null)
    .sort(newestFirst)
    .map((record) => summarizeRun(record, () => true))
    .filter(({ kind }) => kind === "pipeline");
}

function* eachListed(reader: LogReader, { notebook }: ListOptions): Generator<ListedRun<RunSummary>> {
  for (const record of reader.runs(notebook === undefined ? undefined : keyOf("notebook", notebook)))
    yield listedRun(record, reader);
}

function listedRun(record: RunRecord, reader: LogReader): ListedRun<RunSummary> {
  return { hlc: record.hlc, run: record.run, summary: summarizeRun(record, () => reader.isLive(record)) };
}

/** By notebook; all runs under null. */
const lists = new WeakMap<
  LogReader,
  Map<string | null, { readonly revision: number; readonly list: RunList<RunSummary> }>
>();

function keepList(reader: LogReader, { notebook }: ListOptions, runs: ListedRun<RunSummary>[]): readonly RunSummary[] {
  const list = new RunList(runs);
  const own = lists.get(reader) ?? new Map();
  lists.set(reader, own.set(notebook ?? null, { revision: reader.revision, list }));
  return list.newestFirst();
}

function knownList(reader: LogReader, { notebook }: ListOptions): readonly RunSummary[] | null {
  const known = lists.get(reader)?.get(notebook ?? null);
  const changed = known === undefined ? null : reader.changedSince(known.revision);
  if (known === undefined || changed === null) return null;
  const { list } = known;
  // Whether a run without an end still goes on is nothing that the log tells; one that does not will not again.
  for (const run of new Set([...changed, ...list.running()])) {
    const record = reader.record(run);
    if (record === undefined || (notebook !== undefined && record.started?.notebook !== notebook)) continue;
    list.put(listedRun(record, reader));
  }
  lists.get(reader)?.set(notebook ?? null, { revision: reader.revision, list });
  return list.newestFirst();
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
    ...(record.started?.executed === undefined ? {} : { executed: record.started.executed }),
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
