import type { CellTrace } from "./cell-trace.js";
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

/** All runs, newest first. */
export function listRuns(from: string | LogReader): RunSummary[] {
  const reader = typeof from === "string" ? openReader(from) : from;
  const records = reader.records();
  const known = listed.get(records) ?? listAll(records, reader);
  listed.set(records, known);
  // Whether a run without an end still goes on is nothing that the log tells.
  const summaries = [...known.summaries];
  for (const index of known.open) {
    const record = records[index];
    if (record !== undefined) summaries[index] = summarizeRun(record, () => reader.isLive(record));
  }
  return summaries;
}

interface Listed {
  readonly summaries: readonly RunSummary[];
  /** Places of the runs without an end. */
  readonly open: readonly number[];
}

/** A reader gives another array once something was added. */
const listed = new WeakMap<readonly RunRecord[], Listed>();

function listAll(records: readonly RunRecord[], reader: LogReader): Listed {
  return {
    summaries: records.map((record) => summarizeRun(record, () => reader.isLive(record))),
    open: [...records.keys()].filter((index) => records[index]?.finished === null),
  };
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
export function tracesOf(record: RunRecord): CellTrace[] {
  return [...record.cells.map(({ trace }) => trace), ...record.steps.flatMap(({ cells }) => cells)];
}

/** From the start to the end of the last thing that was seen; null if nothing was. */
function spanMs(startedAt: string, endMs: number | null): number | null {
  return endMs === null ? null : Math.max(0, Math.round(endMs - Date.parse(startedAt)));
}
