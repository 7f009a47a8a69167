import type { RunDiff } from "../../../lineage/questions/diff-runs.js";
import type { Cause } from "../../../lineage/questions/explain-metric.js";
import type { GateRow } from "./gate-versions.js";

/** What differs between two runs, for a pull request's summary. */
export function diffMarkdown(diff: RunDiff): string {
  const { from, to, params, data, code, environment, artifacts, metrics } = diff;
  const parts = [
    `### ${to.notebook ?? "Run"}: what this change does`,
    `Against run \`${from.run}\` of ${from.startedAt.slice(0, 16).replace("T", " ")} UTC.`,
  ];
  if (metrics.length > 0)
    parts.push(
      table(
        ["metric", "before", "now", "change", "because of"],
        metrics.map(({ name, from: before, to: now, causes }) => [
          name,
          show(before),
          show(now),
          before === undefined || now === undefined ? "" : signed(now - before),
          causes.map(causeOf).join("; "),
        ]),
      ),
    );
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push(`**${title}**\n\n${lines.map((line) => `- ${line}`).join("\n")}`);
  };
  list(
    "Params",
    params.map((one) => `${text(one.name)}: ${show(one.from)} → ${show(one.to)}`),
  );
  list(
    "Data",
    data.map((one) => `${text(one.path)}: ${short(one.from)} → ${short(one.to)}`),
  );
  list(
    "Code",
    code.map(
      (one) =>
        `cell ${text(one.cellId ?? "without an id")}${one.step === null ? "" : ` of step ${text(one.step)}`}: ${one.change}`,
    ),
  );
  list(
    "Environment",
    environment.map((one) => `${text(one.name)}: ${show(one.from)} → ${show(one.to)}`),
  );
  list(
    "Values handed on",
    artifacts.map((one) => `${text(one.name)} of ${text(one.step)}: ${short(one.from)} → ${short(one.to)}`),
  );
  if (parts.length === 2) parts.push("Nothing differs: the same params, data, code, environment, values and metrics.");
  return `${parts.join("\n\n")}\n`;
}

/** How a new version does against the one that holds an alias. */
export function gateMarkdown(
  model: string,
  about: { readonly version: string; readonly against: string },
  rows: readonly GateRow[],
): string {
  const verdict = rows.every(({ isGood }) => isGood) ? "passes" : "does not pass";
  return `### Gate: ${text(model)} ${about.version.slice(0, 8)} ${verdict} against ${text(about.against)}

${table(
  ["metric", "better", "before", "now", ""],
  rows.map(({ metric, direction, before, now, isGood }) => [
    metric,
    direction === "asc" ? "lower" : "higher",
    show(before),
    show(now),
    isGood ? "good" : "**worse**",
  ]),
)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(text).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** Text that ends neither a table's cell nor a line, and is no HTML. */
function text(value: string): string {
  return value
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll(/\s*\n\s*/g, " ");
}

function show(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "number"
    ? String(Number(value.toPrecision(6)))
    : text(JSON.stringify(value) ?? String(value));
}

function signed(delta: number): string {
  return `${delta > 0 ? "+" : ""}${Number(delta.toPrecision(3))}`;
}

function short(hash: string | null | undefined): string {
  return hash === undefined ? "–" : hash === null ? "unknown" : `\`${hash.slice(0, 12)}\``;
}

function causeOf({ kind, name }: Cause): string {
  if (kind === "unknown") return "nothing that was tracked";
  return kind === "code"
    ? `cell ${name}`
    : kind === "data"
      ? `file ${name.split("/").at(-1) ?? name}`
      : `${kind} ${name}`;
}
