import { relative, resolve } from "node:path";
import { type LogReader, openReader } from "../reader.js";
import type { RunRecord } from "../run-record.js";
import { UnknownNameError } from "../why.js";
import { WhyBuilder, type WhyEdge, type WhyNode } from "../why-graph.js";
import { addAll } from "./add-all.js";
import { findRun } from "./find-run.js";

/** Everything that came of one thing. */
export interface Impact {
  /** Ids of the nodes that were asked about: a file has one for each version of its bytes. */
  readonly targets: readonly string[];
  /** The targets first, then what came of them, causes before effects. */
  readonly nodes: readonly WhyNode[];
  /** From cause to effect. */
  readonly edges: readonly WhyEdge[];
  /** Ids of the runs that it reached, newest first. */
  readonly runs: readonly string[];
  readonly models: readonly ReachedModel[];
}

/** A model version that came of it. */
export interface ReachedModel {
  readonly model: string;
  /** sha256 (hex). */
  readonly version: string;
  readonly number: number;
  /** Aliases that stand for it now. */
  readonly aliases: readonly string[];
  /** Deployments that answer with it now. */
  readonly deployments: readonly string[];
  /** True if an alias stands for it or a deployment answers with it. */
  readonly isLive: boolean;
}

export interface ImpactOptions {
  /** Folder from which a relative file path is meant. Default: the working folder. */
  readonly cwd?: string;
}

/**
 * Everything downstream of a file, cell, param, value, model or run, over all runs: where files go from run to run, it
 * follows.
 *
 * @param target `file:PATH[@HASH]`, `cell:NOTEBOOK#ID`, `param:NAME[@RUN]`, `artifact:NAME|HASH`, `model:NAME[@NUMBER|ID]`, `run:ID|latest`; a
 *   bare path is a file's
 * @throws UnknownNameError if the log has nothing of that name
 */
export function impact(from: string | LogReader, target: string, { cwd = process.cwd() }: ImpactOptions = {}): Impact {
  const reader = typeof from === "string" ? openReader(from) : from;
  const wanted = readTarget(target, reader, cwd);
  const builder = new WhyBuilder(reader);
  const graph = new Graph(builder);
  for (const run of wanted.runs) graph.add(run);
  let reached = graph.reach(wanted.isTarget);
  // What was written by one run and read by another brings that run in, until none is new.
  for (;;) {
    const before = graph.size;
    for (const node of reached)
      if (node.kind === "file" && node.path !== undefined)
        for (const run of reader.files.readers(node.path)) graph.add(reader.record(run));
    if (graph.size === before) break;
    reached = graph.reach(wanted.isTarget);
  }
  if (reached.length === 0) throw wanted.unknown();
  const models = reachedModels(reached, reader);
  const [nodes, edges] = withDeployments(reached, graph.between(reached), models);
  const runs = new Set(
    reached.filter((node) => node.kind !== "artifact" || wanted.isTarget(node)).map((node) => node.run),
  );
  return {
    targets: reached.filter((node) => wanted.isTarget(node)).map(({ id }) => id),
    nodes,
    edges,
    runs: reader
      .records()
      .map(({ run }) => run)
      .filter((run) => runs.has(run)),
    models,
  };
}

/** The lineage of whole runs, walked from causes to effects. */
class Graph {
  readonly #builder: WhyBuilder;
  readonly #runs = new Set<string>();
  #nodes: ReadonlyMap<string, WhyNode> = new Map();
  #effects: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(builder: WhyBuilder) {
    this.#builder = builder;
  }

  get size(): number {
    return this.#runs.size;
  }

  add(record: RunRecord | undefined): void {
    if (record === undefined || this.#runs.has(record.run)) return;
    this.#runs.add(record.run);
    addAll(this.#builder, record);
  }

  /** The nodes that are meant, and all that came of them. */
  reach(isTarget: (node: WhyNode) => boolean): WhyNode[] {
    const { nodes, edges } = this.#builder.finish("");
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    const effects = new Map<string, string[]>();
    for (const { from, to } of edges) {
      const known = effects.get(from);
      if (known === undefined) effects.set(from, [to]);
      else known.push(to);
    }
    this.#effects = effects;
    const reached = new Set(nodes.filter(isTarget).map(({ id }) => id));
    for (const id of reached) for (const effect of effects.get(id) ?? []) reached.add(effect);
    return [...reached].flatMap((id) => this.#nodes.get(id) ?? []);
  }

  between(nodes: readonly WhyNode[]): WhyEdge[] {
    return nodes.flatMap(({ id }) => (this.#effects.get(id) ?? []).map((to) => ({ from: id, to })));
  }
}

interface Target {
  /** The runs that it stands in. */
  readonly runs: readonly (RunRecord | undefined)[];
  readonly isTarget: (node: WhyNode) => boolean;
  readonly unknown: () => UnknownNameError;
}

const KINDS = ["file", "cell", "param", "artifact", "model", "run"] as const;

function readTarget(target: string, reader: LogReader, cwd: string): Target {
  const kind = KINDS.find((one) => target.startsWith(`${one}:`)) ?? "file";
  const name = target.startsWith(`${kind}:`) ? target.slice(kind.length + 1) : target;
  const records = reader.records();
  const unknown = (hint: string) => () =>
    new UnknownNameError(`Cannot tell what came of ${target}: the log has nothing of that name. ${hint}`, []);
  switch (kind) {
    case "file": {
      const [, path = name, hash] = /^(.*)@([0-9a-f]{6,64})$/.exec(name) ?? [];
      const paths = pathsMeant(path, reader, cwd);
      const runs = paths.flatMap((one) => [...reader.files.readers(one), ...reader.files.writers(one)]);
      const known = [...reader.files.paths()].slice(0, 5).map((one) => `file:${relative(reader.root, one)}`);
      return {
        runs: [...new Set(runs)].map((run) => reader.record(run)),
        isTarget: (node) =>
          node.kind === "file" &&
          paths.includes(node.path ?? "") &&
          (hash === undefined || node.hash?.startsWith(hash) === true),
        unknown: unknown(known.length === 0 ? "No cell has read or written a file yet." : `Known: ${known.join(", ")}`),
      };
    }
    case "cell": {
      const [, notebook = "", id = ""] = /^(.*)#([^#]+)$/.exec(name) ?? [];
      const here = relative(reader.root, resolve(cwd, notebook));
      const meant = records.filter(({ started }) => {
        const path = started?.notebook;
        return path != null && (path === notebook || path === here || path.endsWith(`/${notebook}`));
      });
      const runs = new Set(meant.map(({ run }) => run));
      const isCell = (cellId: string | undefined): boolean =>
        cellId !== undefined && (cellId === id || (id.length >= 4 && cellId.startsWith(id)));
      // A function's cell may never run itself: what came of it begins where a step called it.
      const calls = new Set(
        meant.flatMap(({ run, steps }) =>
          steps.flatMap(({ step, shared = [] }) =>
            shared.some(({ cellId }) => isCell(cellId)) ? [`${run}/${step}`] : [],
          ),
        ),
      );
      return {
        runs: meant,
        isTarget: (node) =>
          node.kind === "cell" &&
          runs.has(node.run ?? "") &&
          (isCell(node.cellId) || calls.has(`${node.run ?? ""}/${node.step ?? ""}`)),
        unknown: unknown("Write cell:NOTEBOOK#ID, with the cell's id as `tagline check --json` gives it."),
      };
    }
    case "param": {
      const [label = "", run] = name.split("@");
      const meant = run === undefined ? records : [findRun(records, run)];
      const runs = new Set(meant.map((record) => record.run));
      return {
        runs: meant,
        isTarget: (node) => node.kind === "param" && node.label === label && runs.has(node.run ?? ""),
        unknown: unknown("`tagline runs --json` gives the params of each run."),
      };
    }
    case "artifact": {
      const isHash = /^[0-9a-f]{6,64}$/.test(name);
      return {
        runs: records.filter(({ steps }) => steps.length > 0),
        isTarget: (node) =>
          node.kind === "artifact" && (node.label === name || (isHash && node.hash?.startsWith(name) === true)),
        unknown: unknown("Values that went from step to step have names and hashes; see `tagline run --json`."),
      };
    }
    case "model": {
      const [label = "", selector] = name.split("@");
      const id = selector === undefined ? null : reader.aliasVersion(label, selector);
      return {
        runs: records.filter(({ models }) => models.some(({ event }) => event.model === label)),
        isTarget: (node) =>
          node.kind === "model" &&
          node.label === label &&
          (selector === undefined ||
            (id === null
              ? String(node.value) === selector || (node.hash ?? "").startsWith(selector)
              : node.hash === id)),
        unknown: unknown("`tagline models list` lists them."),
      };
    }
    case "run": {
      const record = findRun(records, name);
      return {
        runs: [record],
        isTarget: (node) => node.run === record.run && node.kind === "cell",
        unknown: unknown("It did nothing."),
      };
    }
  }
}

/** An exact path is meant, whatever else ends like it. */
function pathsMeant(name: string, reader: LogReader, cwd: string): string[] {
  const known = reader.files.paths();
  const exact = [resolve(cwd, name), resolve(reader.root, name)].find((path) => known.has(path));
  return exact === undefined ? [...known].filter((path) => path.endsWith(`/${name}`)) : [exact];
}

function reachedModels(nodes: readonly WhyNode[], reader: LogReader): ReachedModel[] {
  const deployments = reader.deployments().filter(({ change }) => change === "started" || change === "switched");
  return nodes
    .flatMap((node) => {
      if (node.kind !== "model" || node.hash === undefined) return [];
      const aliases = reader.aliasesOf(node.label, node.hash);
      const answering = deployments
        .filter(({ model, version }) => model === node.label && version === node.hash)
        .map(({ deployment }) => deployment);
      return [
        {
          model: node.label,
          version: node.hash,
          number: Number(node.value),
          aliases,
          deployments: answering,
          isLive: aliases.length > 0 || answering.length > 0,
        },
      ];
    })
    .sort((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : b.number - a.number));
}

function withDeployments(
  nodes: readonly WhyNode[],
  edges: readonly WhyEdge[],
  models: readonly ReachedModel[],
): [WhyNode[], WhyEdge[]] {
  const added = models.flatMap(({ model, version, deployments }) =>
    deployments.map((label) => ({ label, from: `model:${model}@${version}` })),
  );
  return [
    [...nodes, ...added.map(({ label }) => ({ id: `deployment:${label}`, kind: "deployment" as const, label }))],
    [...edges, ...added.map(({ label, from }) => ({ from, to: `deployment:${label}` }))],
  ];
}
