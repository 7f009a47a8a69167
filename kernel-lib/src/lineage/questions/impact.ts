import { basename, relative, resolve } from "node:path";
import { closestNames } from "../closest.js";
import { findRun } from "../find-run.js";
import { HASH_DIGITS, type KeyKind, keyOf, partsOf, prefixOf } from "../log-index/index-key.js";
import { newestFirst } from "../log-index/newest-first.js";
import { type LogReader, openReader } from "../reader.js";
import type { RunRecord } from "../run-record.js";
import { UnknownNameError } from "../unknown-name-error.js";
import { WhyBuilder } from "../why-graph.js";
import type { WhyEdge, WhyNode } from "../why-node.js";
import { addAll } from "./add-all.js";

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
  const graph = new Graph(reader, wanted.isTarget);
  for (const record of wanted.runs) graph.add(record);
  // What was written by one run and read by another brings that run in, until none is new.
  const followed = new Set<string>();
  for (let size = -1; size !== graph.size; ) {
    size = graph.size;
    for (const { kind, path, hash, id } of graph.reach()) {
      if (kind !== "file" || path === undefined || hash === undefined || followed.has(id)) continue;
      followed.add(id);
      for (const record of reader.runs(keyOf("read", path, hash.slice(0, HASH_DIGITS)))) graph.add(record);
    }
  }
  const reached = graph.reach();
  if (reached.length === 0) throw wanted.unknown();
  const models = reachedModels(reached, reader);
  const [nodes, edges] = withDeployments(reached, graph.between(reached), models);
  const runs = new Set(
    reached.filter((node) => node.kind !== "artifact" || wanted.isTarget(node)).map((node) => node.run),
  );
  return {
    targets: reached.filter(wanted.isTarget).map(({ id }) => id),
    nodes,
    edges,
    runs: graph.runs.filter(({ run }) => runs.has(run)).map(({ run }) => run),
    models,
  };
}

/** The lineage of whole runs, walked from causes to effects. */
class Graph {
  readonly #builder: WhyBuilder;
  readonly #isTarget: (node: WhyNode) => boolean;
  readonly #runs = new Map<string, RunRecord>();
  /** As long as no run was added. */
  #reached: readonly WhyNode[] | null = [];

  constructor(reader: LogReader, isTarget: (node: WhyNode) => boolean) {
    // Who wrote a file that a run has read is upstream, and no affair of this question.
    this.#builder = new WhyBuilder(reader, { acrossRuns: false });
    this.#isTarget = isTarget;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Newest first. */
  get runs(): readonly RunRecord[] {
    return [...this.#runs.values()].sort(newestFirst);
  }

  add(record: RunRecord): void {
    if (this.#runs.has(record.run)) return;
    this.#runs.set(record.run, record);
    this.#reached = null;
    addAll(this.#builder, record);
  }

  /** The nodes that are meant, and all that came of them. */
  reach(): readonly WhyNode[] {
    if (this.#reached !== null) return this.#reached;
    const { nodes } = this.#builder.finish("");
    const byId = new Map<string, WhyNode>();
    const reached = new Set<string>();
    for (const node of nodes) {
      byId.set(node.id, node);
      if (this.#isTarget(node)) reached.add(node.id);
    }
    for (const id of reached) for (const effect of this.#builder.effectsOf(id)) reached.add(effect);
    this.#reached = [...reached].flatMap((id) => byId.get(id) ?? []);
    return this.#reached;
  }

  between(nodes: readonly WhyNode[]): WhyEdge[] {
    return nodes.flatMap(({ id }) => [...this.#builder.effectsOf(id)].map((to) => ({ from: id, to })));
  }
}

interface Target {
  /** The runs that it stands in. */
  readonly runs: Iterable<RunRecord>;
  readonly isTarget: (node: WhyNode) => boolean;
  readonly unknown: () => UnknownNameError;
}

const KINDS = ["file", "cell", "param", "artifact", "model", "run"] as const;

function readTarget(target: string, reader: LogReader, cwd: string): Target {
  const kind = KINDS.find((one) => target.startsWith(`${one}:`)) ?? "file";
  const name = target.startsWith(`${kind}:`) ? target.slice(kind.length + 1) : target;
  const unknown = (of: KeyKind, tell: (parts: readonly string[]) => string, hint: string) => () =>
    unknownName(target, name, { kind, hint, known: namesOf(reader, of, tell) });
  switch (kind) {
    case "file": {
      const { paths, hash } = fileMeant(name, reader, cwd);
      return {
        runs: paths.flatMap((path) => [...reader.runs(keyOf("file", basename(path), path))]),
        isTarget: (node) =>
          node.kind === "file" &&
          paths.includes(node.path ?? "") &&
          (hash === null || node.hash?.startsWith(hash) === true),
        unknown: unknown(
          "file",
          ([, path = ""]) => inside(reader.root, path),
          "No cell has read or written a file yet.",
        ),
      };
    }
    case "cell":
      return cellTarget(name, {
        ...{ reader, cwd },
        unknown: unknown(
          "cell",
          ([id = "", notebook = ""]) => (notebook === "" ? "" : `${notebook}#${id}`),
          "Write cell:NOTEBOOK#ID, with the cell's id as `tagline check --json` gives it.",
        ),
      });
    case "param": {
      // An @ may be the name's own.
      const at = hasKey(reader, keyOf("param", name)) ? -1 : name.lastIndexOf("@");
      const label = at < 0 ? name : name.slice(0, at);
      const meant = at < 0 ? null : findRun(reader, name.slice(at + 1));
      return {
        runs: meant === null ? reader.runs(keyOf("param", label)) : [meant],
        isTarget: (node) => node.kind === "param" && node.label === label && (meant === null || node.run === meant.run),
        unknown: unknown("param", ([known = ""]) => known, "`tagline runs --json` gives the params of each run."),
      };
    }
    case "artifact": {
      const isHash = /^[0-9a-f]{6,64}$/.test(name);
      const byHash = isHash ? [...reader.keys(keyOf("hash", name.slice(0, HASH_DIGITS)))] : [];
      return {
        runs: [keyOf("artifact", name), ...byHash].flatMap((key) => [...reader.runs(key)]),
        isTarget: (node) =>
          node.kind === "artifact" && (node.label === name || (isHash && node.hash?.startsWith(name) === true)),
        unknown: unknown(
          "artifact",
          ([known = ""]) => known,
          "Values that went from step to step have names and hashes; see `tagline run --json`.",
        ),
      };
    }
    case "model": {
      const [label = "", selector] = name.split("@");
      const id = selector === undefined ? null : reader.aliasVersion(label, selector);
      const number = selector === "newest" || selector === "latest" ? newestNumber(reader, label) : selector;
      return {
        runs: reader.runs(keyOf("model", label)),
        isTarget: (node) =>
          node.kind === "model" &&
          node.label === label &&
          (number === undefined ||
            (id === null
              ? String(node.value) === number ||
                (/^[0-9a-f]{4,64}$/.test(number) && node.hash?.startsWith(number) === true)
              : node.hash === id)),
        unknown: unknown("model", ([known = ""]) => known, "`tagline models list` lists them."),
      };
    }
    case "run": {
      const record = findRun(reader, name);
      return {
        runs: [record],
        isTarget: (node) => node.run === record.run && node.kind === "cell",
        unknown: () => new UnknownNameError(`Cannot tell what came of ${target}: it did nothing.`, []),
      };
    }
  }
}

/** Of these known names the nearest are looked for. */
const MOST_NAMES = 5000;

function namesOf(reader: LogReader, kind: KeyKind, tell: (parts: readonly string[]) => string): readonly string[] {
  const names = new Set<string>();
  for (const key of reader.keys(prefixOf(kind))) {
    if (names.size >= MOST_NAMES) break;
    const name = tell(partsOf(key));
    if (name !== "") names.add(name);
  }
  return [...names];
}

function unknownName(
  target: string,
  name: string,
  { kind, known, hint }: { readonly kind: string; readonly known: readonly string[]; readonly hint: string },
): UnknownNameError {
  const close = closestNames(name.replace(/@.*$/, ""), known).map((one) => `${kind}:${one}`);
  const some = known.slice(0, 5).map((one) => `${kind}:${one}`);
  const help =
    close.length > 0
      ? `Did you mean ${close.join(" or ")}?`
      : some.length > 0
        ? `${hint.startsWith("No ") ? "" : `${hint} `}Known: ${some.join(", ")}`
        : hint;
  return new UnknownNameError(`Cannot tell what came of ${target}: the log has nothing of that name. ${help}`, close);
}

function cellTarget(
  name: string,
  { reader, cwd, unknown }: { reader: LogReader; cwd: string; unknown: Target["unknown"] },
): Target {
  const [, notebook = "", id = ""] = /^(.*)#([^#]+)$/s.exec(name) ?? [];
  const here = relative(reader.root, resolve(cwd, notebook));
  const isMeant = (path: string): boolean =>
    path !== "" && (path === notebook || path === here || path.endsWith(`/${notebook}`));
  const find = (test: (cellId: string) => boolean): readonly string[] =>
    id === ""
      ? []
      : (["cell", "shared"] as const)
          .flatMap((kind) => [...reader.keys(keyOf(kind, id))])
          .filter((key) => {
            const [cellId = "", path = ""] = partsOf(key);
            return test(cellId) && isMeant(path);
          });
  // An exact id is meant, whatever else begins like it.
  const exact = find((cellId) => cellId === id);
  const keys = exact.length > 0 || id.length < 4 ? exact : find(() => true);
  const ids = new Set(keys.map((key) => partsOf(key)[0] ?? ""));
  const records = new Map<string, RunRecord>();
  for (const key of keys) for (const record of reader.runs(key)) records.set(record.run, record);
  // A function's cell may never run itself: what came of it begins where a step called it.
  const calls = new Set<string>();
  for (const { run, steps } of records.values())
    for (const { step, shared = [] } of steps)
      if (shared.some(({ cellId }) => ids.has(cellId))) calls.add(`${run}/${step}`);
  return {
    runs: records.values(),
    isTarget: (node) =>
      node.kind === "cell" &&
      records.has(node.run ?? "") &&
      (ids.has(node.cellId ?? "") || calls.has(`${node.run ?? ""}/${node.step ?? ""}`)),
    unknown,
  };
}

/** A path, and where it ends like `@9f3a11c2` the beginning of a hash, unless a file is called so. */
function fileMeant(name: string, reader: LogReader, cwd: string): { paths: readonly string[]; hash: string | null } {
  const whole = pathsMeant(name, reader, cwd);
  const [, path, hash] = /^(.*)@([0-9a-f]{6,64})$/s.exec(name) ?? [];
  if (whole.length > 0 || path === undefined || hash === undefined) return { paths: whole, hash: null };
  return { paths: pathsMeant(path, reader, cwd), hash };
}

/** An exact path is meant, whatever else ends like it. */
function pathsMeant(name: string, reader: LogReader, cwd: string): string[] {
  const isKnown = (path: string): boolean => hasKey(reader, keyOf("file", basename(path), path));
  const exact = [resolve(cwd, name), resolve(reader.root, name)].find(isKnown);
  if (exact !== undefined) return [exact];
  return [...reader.keys(prefixOf("file", basename(name)))]
    .map((key) => partsOf(key)[1] ?? "")
    .filter((path) => path.endsWith(`/${name}`));
}

function hasKey(reader: LogReader, key: string): boolean {
  for (const _ of reader.runs(key)) return true;
  return false;
}

function newestNumber(reader: LogReader, model: string): string {
  let newest = 0;
  for (const { models } of reader.runs(keyOf("model", model)))
    for (const { event } of models) if (event.model === model) newest = Math.max(newest, event.number);
  return String(newest);
}

function inside(root: string, path: string): string {
  const from = relative(root, path);
  return from.startsWith("..") ? path : from;
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
