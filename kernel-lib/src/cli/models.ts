import { FoldedLog } from "../lineage/folded-log.js";
import { openLog } from "../lineage/open-log.js";
import { findProjectRoot } from "../lineage/project.js";
import { DriftFold } from "../monitor/drift-fold.js";
import { parseModelRequest } from "../registry/model-name.js";
import { type AliasMove, moveAlias, rollback } from "../registry/move-alias.js";
import { type ModelVersion, openRegistry, shortId } from "../registry/registry.js";
import { describeSchema } from "./describe-schema.js";
import { describeDrift } from "./monitor.js";
import { table } from "./table.js";

/** What `tagline models list --json` prints. */
export interface ModelsDocument {
  readonly models: readonly ModelVersion[];
  readonly problems: readonly string[];
}

/** What `tagline models promote|rollback --json` prints. */
export interface MoveDocument {
  readonly model: string;
  readonly alias: string;
  readonly number: number;
  readonly version: string;
  /** Where the alias stood before; null if it is new. */
  readonly previous: { readonly number: number; readonly version: string } | null;
  readonly isMoved: boolean;
}

/** Versions of the project, newest first within each model. */
export function projectModels(model?: string): ModelsDocument {
  const registry = openRegistry(findProjectRoot());
  // An unknown name is told with what there is.
  if (model !== undefined) registry.find(parseModelRequest(model).model);
  const versions = registry.versions(model === undefined ? undefined : parseModelRequest(model).model);
  const models = [...versions].sort((a, b) => (a.model === b.model ? b.number - a.number : a.model < b.model ? -1 : 1));
  return { models, problems: registry.problems() };
}

export function formatModels({ models, problems }: ModelsDocument): string {
  const warnings = problems.map((problem) => `warning: ${problem}\n`).join("");
  if (models.length === 0) {
    return `${warnings}No models yet. A notebook makes one with model("NAME", { predict }).\n`;
  }
  const rows = models.map((version) => [
    version.model,
    String(version.number),
    shortId(version.id),
    version.aliases.join(", "),
    formatMetrics(version.metrics),
    moment(version.createdAt),
    version.run,
  ]);
  return `${table(["model", "version", "id", "aliases", "metrics", "created (UTC)", "run"], rows).join("\n")}\n${warnings}`;
}

export function showModel(name: string): ModelVersion {
  const { model, selector } = parseModelRequest(name);
  return openRegistry(findProjectRoot()).find(model, selector);
}

export function formatModel(version: ModelVersion): string {
  const drift = new FoldedLog(findProjectRoot(), ["drift.checked"], () => new DriftFold())
    .current()
    .newest(version.model);
  const isOwn = drift !== null && drift.version === version.id;
  const head = table(
    ["", ""],
    [
      ["id", version.id],
      ["aliases", version.aliases.join(", ")],
      ["created", `${moment(version.createdAt)} UTC by ${version.author}`],
      ["run", version.run],
      ["notebook", version.notebook ?? ""],
      ["target", version.target ?? ""],
      ["metrics", formatMetrics(version.metrics)],
      ["code", version.entry],
      ["reference", version.reference ?? ""],
      ["drift", isOwn ? `${describeDrift(drift)}, ${drift.current.path}, ${moment(drift.at)} UTC` : ""],
    ].filter(([, value]) => value !== ""),
  ).slice(1);
  const lines = [`${version.model} version ${version.number}`, ...head];
  lines.push("", "takes", ...describeSchema(version.input), "", "gives", ...describeSchema(version.output));
  if (version.captures.length > 0) {
    const rows = version.captures.map(({ name, type, summary, hash }) => [`  ${name}`, type, summary, hash]);
    lines.push("", ...table(["  value", "type", "", "hash"], rows));
  }
  const packages = Object.entries(version.packages).map(([name, installed]) => [`  ${name}`, installed]);
  if (packages.length > 0) lines.push("", ...table(["  package", "version"], packages));
  lines.push("", `Where it comes from: tagline why model:${version.model}@${version.number}`);
  lines.push(`Serve it: tagline serve ${version.model}@${version.number}`);
  return `${lines.join("\n")}\n`;
}

export interface MoveRequest {
  readonly alias: string;
  readonly reason?: string;
}

/** Points an alias to a version. */
export function promote(name: string, { alias, reason }: MoveRequest): Promise<AliasMove> {
  const { model, selector } = parseModelRequest(name);
  return withLog((log) => moveAlias(log, model, selector, { alias, reason: reason ?? null }));
}

/** Points an alias to where it stood before. `penguins@production` names the alias too. */
export function rollBack(name: string, { alias, reason }: MoveRequest): Promise<AliasMove> {
  const { model, selector } = parseModelRequest(name);
  return withLog((log) => rollback(log, model, { alias: selector ?? alias, reason: reason ?? null }));
}

export function moveDocument({ alias, version, previous, isMoved }: AliasMove): MoveDocument {
  return {
    model: version.model,
    alias,
    number: version.number,
    version: version.id,
    previous: previous === null ? null : { number: previous.number, version: previous.id },
    isMoved,
  };
}

export function formatMove({ alias, version, previous, isMoved }: AliasMove): string {
  const name = `${version.model}@${alias}`;
  const target = `version ${version.number} (${shortId(version.id)})`;
  if (!isMoved) return `${name} is ${target} already.\n`;
  const before = previous === null ? "" : `; before, it was version ${previous.number} (${shortId(previous.id)})`;
  return `${name} is now ${target}${before}.\n`;
}

async function withLog<T>(work: (log: ReturnType<typeof openLog>) => Promise<T>): Promise<T> {
  const log = openLog(findProjectRoot());
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

function formatMetrics(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${typeof value === "number" ? Number(value.toPrecision(6)) : value}`)
    .join(", ");
}

function moment(iso: string): string {
  return iso.replace("T", " ").slice(0, 19);
}
