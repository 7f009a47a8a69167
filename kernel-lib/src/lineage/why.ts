import { relative, resolve } from "node:path";
import { closestNames } from "./closest.js";
import type { ArtifactUse } from "./events.js";
import { type FoundVersion, findRegistered } from "./find-registered.js";
import { findRequest } from "./find-request.js";
import { type LogReader, openReader } from "./reader.js";
import type { RunRecord } from "./run-record.js";
import { tracesOf } from "./runs.js";
import { type Execution, executionsOf, WhyBuilder, type WhyResult } from "./why-graph.js";

export interface WhyOptions {
  /** Only runs of this notebook, as the log names it (relative to the project root, or absolute). */
  readonly notebook?: string;
  /** Folder from which a relative file path is meant. Default: the working folder. */
  readonly cwd?: string;
}

/** A name that nothing, or more than one thing, goes by. The message lists what may be meant. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
  /** Full names (`metric:accuracy`), to be asked for instead. */
  readonly candidates: readonly string[];

  constructor(message: string, candidates: readonly string[]) {
    super(message);
    this.candidates = candidates;
  }
}

/**
 * The way from a number, file, cell or artifact back to everything it came from.
 *
 * Targets: `metric:NAME[@RUN]` (the newest run that has it), `model:NAME[@ALIAS|VERSION|NUMBER]` (the newest version), `run:ID|latest`, `artifact:HASH` (or a step output's name),
 * `cell:NOTEBOOK#ID`, `file:PATH`, `deployment:NAME`, `request:ID`. The kind may be left out where only one fits. Ids and hashes may be shortened as
 * long as one thing fits.
 */
export function why(from: string | LogReader, target: string, options: WhyOptions = {}): WhyResult {
  const reader = typeof from === "string" ? openReader(from) : from;
  const all = reader.records();
  const records =
    options.notebook === undefined ? all : all.filter((record) => record.started?.notebook === options.notebook);
  const search = new Search(reader, records, options.cwd ?? process.cwd());
  const found = search.find(target);
  const builder = new WhyBuilder(reader);
  return builder.finish(found.build(builder));
}

const KINDS = ["metric", "model", "deployment", "request", "run", "artifact", "cell", "file"] as const;
type Kind = (typeof KINDS)[number];

interface Match {
  /** As it would be asked for in full. */
  readonly name: string;
  readonly build: (builder: WhyBuilder) => string;
}

class Search {
  readonly #reader: LogReader;
  readonly #root: string;
  readonly #records: readonly RunRecord[];
  readonly #cwd: string;

  constructor(reader: LogReader, records: readonly RunRecord[], cwd: string) {
    this.#reader = reader;
    this.#root = reader.root;
    this.#records = records;
    this.#cwd = cwd;
  }

  find(target: string): Match {
    if (this.#records.length === 0)
      throw new UnknownNameError(`Cannot explain ${target}: nothing has run yet in ${this.#root}`, []);
    const kind = KINDS.find((candidate) => target.startsWith(`${candidate}:`));
    if (kind) return this.#only(target, this.#matches(kind, target.slice(kind.length + 1)), kind);
    if (target.startsWith("incident:"))
      throw new UnknownNameError(
        `Cannot explain ${target}: there are no incidents in the log. Ask for ${KINDS.map((each) => `${each}:`).join(", ")}`,
        [],
      );
    return this.#only(
      target,
      KINDS.flatMap((candidate) => this.#matches(candidate, target)),
      null,
    );
  }

  #only(target: string, matches: readonly Match[], kind: Kind | null): Match {
    const [match, ...more] = matches;
    if (match && more.length === 0) return match;
    if (match) {
      const candidates = matches.map(({ name }) => name);
      throw new UnknownNameError(`Cannot explain ${target}: it may mean ${candidates.join(", ")}`, candidates);
    }
    const word = kind ? target.slice(kind.length + 1) : target;
    const known = (kind ? [kind] : KINDS).flatMap((each) =>
      this.#names(each).map((name) => ({ name, full: `${each}:${name}` })),
    );
    if (kind && known.length === 0)
      throw new UnknownNameError(`Cannot explain ${target}: there is no ${kind} in the log yet`, []);
    const close = closestNames(
      word.replace(/@.*$/, ""),
      known.map(({ name }) => name),
    ).flatMap((name) => known.find((each) => each.name === name)?.full ?? []);
    const hint =
      close.length > 0
        ? `Did you mean ${close.join(" or ")}?`
        : `Known: ${known
            .slice(0, 8)
            .map(({ full }) => full)
            .join(", ")}`;
    throw new UnknownNameError(`Cannot explain ${target}: the log has nothing of that name. ${hint}`, close);
  }

  #matches(kind: Kind, name: string): Match[] {
    switch (kind) {
      case "metric":
        return this.#metrics(name);
      case "model":
        return findRegistered(name, this.#records, this.#reader.aliasVersion).map(({ record, registered }) => ({
          name: `model:${registered.event.model}@${registered.event.number}`,
          build: (builder) => builder.model(record, registered),
        }));
      case "deployment":
        return this.#reader
          .deployments()
          .flatMap((change) =>
            change.deployment === name
              ? [{ name: `deployment:${name}`, build: (builder) => builder.deployment(change, this.#version(change)) }]
              : [],
          );
      case "request": {
        const served = findRequest(this.#root, name);
        return served === null
          ? []
          : [{ name: `request:${served.id}`, build: (builder) => builder.request(served, this.#version(served)) }];
      }
      case "run":
        return this.#runs(name).map((record) => ({
          name: `run:${record.run}`,
          build: (builder) => builder.run(record),
        }));
      case "artifact":
        return this.#artifacts(name);
      case "cell":
        return this.#cells(name);
      case "file":
        return this.#files(name);
    }
  }

  #metrics(asked: string): Match[] {
    const at = asked.lastIndexOf("@");
    const name = at < 0 ? asked : asked.slice(0, at);
    const records = at < 0 ? this.#records : this.#runs(asked.slice(at + 1));
    const record = records.find(({ digest }) => Object.hasOwn(digest.metrics, name));
    return record ? [{ name: `metric:${name}@${record.run}`, build: (builder) => builder.metric(record, name) }] : [];
  }

  #version({ model, version }: { readonly model: string; readonly version: string | null }): FoundVersion | null {
    if (version === null) return null;
    return findRegistered(`${model}@${version}`, this.#reader.records(), this.#reader.aliasVersion)[0] ?? null;
  }

  /** By full id or a beginning of at least six letters, or `latest`. */
  #runs(name: string): readonly RunRecord[] {
    if (name === "latest") return this.#records.slice(0, 1);
    const exact = this.#records.filter(({ run }) => run === name);
    return exact.length > 0 || name.length < 6
      ? exact
      : this.#records.filter(({ run }) => run.startsWith(name.toUpperCase()) || run.startsWith(name));
  }

  #artifacts(name: string): Match[] {
    const byHash = /^[0-9a-f]{6,64}$/.test(name);
    const found = new Map<string, Match>();
    for (const record of this.#records) {
      for (const { use } of outputsOf(record)) {
        if (use.name !== name && !(byHash && use.hash.startsWith(name))) continue;
        const full = use.name === name ? `artifact:${name}` : `artifact:${use.hash}`;
        // The newest run's stands for its equals.
        if (!found.has(full)) found.set(full, { name: full, build: (builder) => builder.artifact(record, use, null) });
      }
    }
    return [...found.values()];
  }

  #cells(name: string): Match[] {
    const hash = name.lastIndexOf("#");
    if (hash < 0) return [];
    const notebook = name.slice(0, hash);
    const id = name.slice(hash + 1);
    if (id === "") return [];
    const found = new Map<string, Match>();
    for (const record of this.#records) {
      const path = record.started?.notebook;
      if (
        path == null ||
        !(path === notebook || path.endsWith(`/${notebook}`) || this.#relative(resolve(this.#cwd, notebook)) === path)
      )
        continue;
      for (const execution of executionsNewestFirst(record)) {
        const { cellId } = execution.trace;
        if (cellId === null || !(cellId === id || (id.length >= 4 && cellId.startsWith(id)))) continue;
        const full = `cell:${path}#${cellId}`;
        if (!found.has(full))
          found.set(full, {
            name: full,
            build: (builder) => builder.cell(builder.executions(record)[execution.index] ?? execution),
          });
      }
    }
    return [...found.values()];
  }

  #files(name: string): Match[] {
    const absolute = resolve(this.#cwd, name);
    const { files } = this.#reader;
    const isMeant = (path: string): boolean =>
      path === absolute || path === resolve(this.#root, name) || path.endsWith(`/${name}`);
    const runs = new Set(
      [...files.paths()].filter(isMeant).flatMap((path) => [...files.readers(path), ...files.writers(path)]),
    );
    const found = new Map<string, Match>();
    for (const record of this.#records) {
      if (!runs.has(record.run)) continue;
      for (const trace of tracesOf(record)) {
        for (const file of trace.files) {
          if (!isMeant(file.path)) continue;
          const full = `file:${this.#relative(file.path)}`;
          if (!found.has(full)) found.set(full, { name: full, build: (builder) => builder.file(file, null) });
        }
      }
    }
    // An exact path is meant, whatever else ends like it.
    const exact = found.get(`file:${this.#relative(absolute)}`);
    return exact ? [exact] : [...found.values()];
  }

  #names(kind: Kind): string[] {
    switch (kind) {
      case "metric":
        return this.#records.flatMap(metricNames);
      case "model":
        return this.#records.flatMap(({ models }) => models.map(({ event }) => event.model));
      case "deployment":
        return this.#reader.deployments().map(({ deployment }) => deployment);
      case "request":
        // Too many to list.
        return [];
      case "run":
        return this.#records.map(({ run }) => run);
      case "artifact":
        return this.#records.flatMap((record) => outputsOf(record).map(({ use }) => use.name));
      case "cell":
        return this.#records.flatMap((record) =>
          tracesOf(record).flatMap(({ cellId }) =>
            cellId === null || record.started?.notebook == null ? [] : [`${record.started.notebook}#${cellId}`],
          ),
        );
      case "file":
        return this.#records.flatMap((record) =>
          tracesOf(record).flatMap(({ files }) => files.map(({ path }) => this.#relative(path))),
        );
    }
  }

  #relative(path: string): string {
    const inside = relative(this.#root, path);
    return inside.startsWith("..") ? path : inside;
  }
}

function metricNames({ digest }: RunRecord): string[] {
  return Object.keys(digest.metrics);
}

function outputsOf(record: RunRecord): { readonly use: ArtifactUse }[] {
  return record.steps.flatMap((step) => step.outputs.map((use) => ({ use })));
}

function executionsNewestFirst(record: RunRecord): Execution[] {
  return executionsOf(record).reverse();
}
