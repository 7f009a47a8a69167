import { type Impact, impact } from "../lineage/questions/impact.js";
import type { WhyNode } from "../lineage/why-node.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";
import { align } from "./table.js";

/** Everything in this project that came of one thing. */
export function impactOf(name: string, streams: CliStreams): Impact {
  return impact(openProject(streams), name);
}

export function formatImpact({ targets, nodes, runs, models }: Impact): string {
  const [target] = nodes;
  const lines = [target === undefined ? "" : head(target, nodes.slice(0, targets.length)), ""];
  const asked = new Set(targets);
  const downstream = nodes.filter(({ id }) => !asked.has(id));
  const rows: string[][] = [];
  const add = (title: string, kind: WhyNode["kind"]): void => {
    const labels = new Set(downstream.flatMap((node) => (node.kind === kind ? [node.label] : [])));
    if (labels.size > 0) rows.push([title, list([...labels].sort())]);
  };
  const [newest] = runs;
  if (newest !== undefined) rows.push(["Runs", runs.length === 1 ? newest : `${runs.length}, the newest ${newest}`]);
  add("Values", "variable");
  add("Handed on", "artifact");
  add("Metrics", "metric");
  add("Files", "file");
  lines.push(...align(rows));
  if (models.length > 0) lines.push("", "Model versions");
  lines.push(
    ...align(
      models.map(({ model, number, version, aliases, deployments }) => [
        `  ${model} version ${number}`,
        version.slice(0, 8),
        aliases.join(", "),
        deployments.length > 0 ? `deployed as ${deployments.join(", ")}` : "",
      ]),
    ),
  );
  if (rows.length === 0) lines.push("Nothing came of it yet.");
  return `${lines.join("\n")}\n`;
}

/** More than these would only fill the screen; `--json` has all. */
const MOST = 12;

function list(labels: readonly string[]): string {
  const shown = labels.slice(0, MOST).join(", ");
  return labels.length > MOST ? `${shown} and ${labels.length - MOST} more` : shown;
}

function head(target: WhyNode, all: readonly WhyNode[]): string {
  if (target.kind === "file" && all.length > 1) return `${describe(target)}  (${all.length} versions of its bytes)`;
  const values = new Set(all.map(({ value }) => JSON.stringify(value)));
  return target.kind === "param" && values.size > 1 ? `param ${target.label} = ${list([...values])}` : describe(target);
}

function describe({ kind, label, hash, value }: WhyNode): string {
  if (kind === "param") return `param ${label} = ${JSON.stringify(value)}`;
  if (kind === "model") return `model ${label} version ${String(value)}`;
  return `${label.startsWith(kind) ? "" : `${kind} `}${label}${hash === undefined ? "" : `  ${hash.slice(0, 12)}`}`;
}
