import { nearest } from "../../notebook/nearest.js";
import { metricDirection } from "./metric-direction.js";
import { duration } from "./print-progress.js";
import type { RunDocument } from "./run-document.js";
import { UsageError } from "./usage-error.js";

/** What the runs of a grid are ordered by: `metric.accuracy`, `metric.loss asc`. */
export interface SweepOrder {
  readonly metric: string;
  readonly direction: "asc" | "desc";
}

/** @throws {UsageError} if the text has another form */
export function parseSweepOrder(text: string): SweepOrder {
  const [, metric, direction] = /^metrics?[.:](\S+)(?:\s+(asc|desc))?$/.exec(text.trim()) ?? [];
  if (metric === undefined)
    throw new UsageError(`Cannot sort by ${text}: write metric.NAME, or metric.NAME asc (desc).`);
  if (direction === "asc" || direction === "desc") return { metric, direction };
  return { metric, direction: metricDirection(metric) };
}

/** The best first; runs that failed or lack the metric last. */
export function inSweepOrder(runs: readonly RunDocument[], { metric, direction }: SweepOrder): RunDocument[] {
  const sign = direction === "asc" ? 1 : -1;
  const rank = (run: RunDocument): number => {
    const value = run.metrics[metric];
    const counts = run.status === "succeeded" && value !== undefined && !Number.isNaN(value);
    return counts ? sign * value : Number.POSITIVE_INFINITY;
  };
  return [...runs].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

/** A row for each run: its params, its metrics, how it went. */
export function sweepTable(runs: readonly RunDocument[], varied: readonly string[], order: SweepOrder | null): string {
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  const rows = runs.map((run) => [
    ...varied.map((name) => show(run.params[name])),
    ...metrics.map((name) => showNumber(run.metrics[name])),
    run.status,
    duration(run.durationMs),
    run.run,
  ]);
  const lines = align([[...varied, ...metrics, "status", "time", "run"], ...rows]);
  if (order !== null && metrics.length > 0 && !metrics.includes(order.metric)) {
    const near = nearest(order.metric, metrics);
    lines.push(
      `Not sorted: no run has a metric ${order.metric}. ${near === null ? `There are ${metrics.join(", ")}.` : `Did you mean ${near}?`}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function showNumber(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
