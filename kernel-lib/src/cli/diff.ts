import { relative } from "node:path";
import { type CodeChange, diffRuns, type RunDiff, type ValueChange } from "../lineage/questions/diff-runs.js";
import type { Cause } from "../lineage/questions/explain-metric.js";
import type { RunSummary } from "../lineage/runs.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";
import { align } from "./table.js";

/** What differs between two runs of this project. */
export function diff(from: string, to: string, streams: CliStreams): RunDiff {
  return diffRuns(openProject(streams), from, to);
}

export function formatDiff(document: RunDiff): string {
  const { from, to, params, data, code, environment, artifacts, metrics } = document;
  const lines = [`from  ${head(from)}`, `to    ${head(to)}`];
  section(lines, "Params", params.map(values));
  section(
    lines,
    "Data",
    data.map((file) => [file.path, hash(file.from), "→", hash(file.to)]),
  );
  section(lines, "Code", code.map(describeCode));
  section(lines, "Environment", environment.map(values));
  section(
    lines,
    "Values handed on",
    artifacts.map((one) => [`${one.name} of ${one.step}`, hash(one.from), "→", hash(one.to)]),
  );
  if (metrics.length > 0) lines.push("", "Metrics");
  for (const metric of metrics) {
    const delta = metric.from === undefined || metric.to === undefined ? "" : `  (${signed(metric.to - metric.from)})`;
    lines.push(`  ${metric.name}  ${show(metric.from)} → ${show(metric.to)}${delta}`);
    for (const cause of metric.causes) lines.push(`    because of ${describeCause(cause)}`);
  }
  const nothing = [params, data, code, environment, artifacts, metrics].every((part) => part.length === 0);
  if (nothing) lines.push("", "Nothing differs.");
  return `${lines.join("\n")}\n`;
}

function head({ run, status, startedAt, notebook, author }: RunSummary): string {
  const parts = [run, startedAt.replace("T", " ").slice(0, 19), status, notebook ?? "", author];
  return parts.filter((part) => part !== "").join("  ");
}

function section(lines: string[], title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length > 0) lines.push("", title, ...align(rows).map((line) => `  ${line}`));
}

function values({ name, from, to }: ValueChange): readonly string[] {
  return [name, show(from), "→", show(to)];
}

function describeCode({ change, cellId, step, from, to }: CodeChange): readonly string[] {
  const name = cellId === null ? "cell without an id" : `cell ${cellId}`;
  return [
    name,
    step === null ? "" : `step ${step}`,
    change,
    [from, to].flatMap((one) => one?.slice(0, 12) ?? []).join(" → "),
  ];
}

function describeCause({ kind, name, from, to, path }: Cause): string {
  const way = path.length > 2 ? `  by ${path.slice(1).join(" → ")}` : "";
  switch (kind) {
    case "unknown":
      return "nothing that was tracked: chance, time, or a source that the log does not see";
    case "code": {
      const change = from === undefined ? "new" : to === undefined ? "gone" : "edited";
      return `${name.startsWith("#") ? "a cell" : `cell ${name}`} (${change})${way}`;
    }
    case "data":
      return `file ${nearest(name)} (${hash(text(from))} → ${hash(text(to))})${way}`;
    default:
      return `${kind} ${name} (${show(from)} → ${show(to)})${way}`;
  }
}

function nearest(path: string): string {
  const here = relative(process.cwd(), path);
  return here.length < path.length ? here : path;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function hash(value: string | null | undefined): string {
  return value === undefined ? "none" : value === null ? "unknown" : value.slice(0, 12);
}

function show(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

function signed(value: number): string {
  return value > 0 ? `+${show(value)}` : show(value);
}
