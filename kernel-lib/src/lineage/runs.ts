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
  return reader.records().map((record) => summarizeRun(record, () => reader.isLive(record)));
}

export function summarizeRun(record: RunRecord, isLive: () => boolean): RunSummary {
  const traces = tracesOf(record);
  const params: Record<string, unknown> = { ...record.started?.params };
  const metrics: Record<string, number> = {};
  for (const trace of traces) {
    for (const { name, value } of trace.params) params[name] = value;
    for (const { name, value } of trace.metrics) metrics[name] = value;
  }
  const kind = record.started?.runKind ?? (record.steps.length > 0 ? "pipeline" : "session");
  const status = record.finished?.status ?? (isLive() ? "running" : kind === "session" ? "succeeded" : "failed");
  const startedAt = record.started?.at ?? new Date(record.hlc[0]).toISOString();
  return {
    run: record.run,
    kind,
    notebook: record.started?.notebook ?? null,
    status,
    startedAt,
    durationMs: record.finished?.durationMs ?? (status === "running" ? null : spanMs(startedAt, record)),
    params,
    metrics,
    author: record.author,
  };
}

/** The traces of all cells of a run, in order. */
export function tracesOf(record: RunRecord): CellTrace[] {
  return [...record.cells.map(({ trace }) => trace), ...record.steps.flatMap(({ cells }) => cells)];
}

/** From the start to the end of the last thing that was seen; null if nothing was. */
function spanMs(startedAt: string, record: RunRecord): number | null {
  const ends = [
    ...record.cells.map(({ trace }) => Date.parse(trace.startedAt) + trace.durationMs),
    ...record.steps.map(({ at }) => Date.parse(at)),
  ];
  return ends.length === 0 ? null : Math.max(0, Math.round(Math.max(...ends) - Date.parse(startedAt)));
}
