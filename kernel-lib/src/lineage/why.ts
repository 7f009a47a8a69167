import { basename, relative, resolve } from "node:path";
import { closestNames } from "./closest.js";
import { type FoundVersion, findRegistered } from "./find-registered.js";
import { findRequest } from "./find-request.js";
import { runsMeant } from "./find-run.js";
import { HASH_DIGITS, type KeyKind, keyOf, partsOf, prefixOf } from "./log-index/index-key.js";
import { type LogReader, openReader } from "./reader.js";
import type { RunRecord } from "./run-record.js";
import { tracesOf } from "./runs.js";
import { UnknownNameError } from "./unknown-name-error.js";
import { WhyBuilder } from "./why-graph.js";
import type { WhyResult } from "./why-node.js";

export interface WhyOptions {
  /** Only runs of this notebook, as the log names it (relative to the project root, or absolute). */
  readonly notebook?: string;
  /** Folder from which a relative file path is meant. Default: the working folder. */
  readonly cwd?: string;
}

/**
 * The way from a number, file, cell or artifact back to everything it came from.
 *
 * Targets: `metric:NAME[@RUN]` (the newest run that has it; a run by id, its beginning, or `latest~1`), `model:NAME[@ALIAS|VERSION|NUMBER]` (the newest version), `run:ID|latest`, `artifact:HASH` (or a step output's name),
 * `cell:NOTEBOOK#ID`, `file:PATH`, `deployment:NAME`, `request:ID`. The kind may be left out where only one fits. Ids and hashes may be shortened as
 * long as one thing fits.
 */
export function why(from: string | LogReader, target: string, options: WhyOptions = {}): WhyResult {
  const reader = typeof from === "string" ? openReader(from) : from;
  const search = new Search(reader, options.notebook ?? null, options.cwd ?? process.cwd());
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

/** Of so many known names the ones nearest to a mistyped one are looked for. */
const MOST_NAMES = 5000;
const MOST_TOLD = 8;

class Search {
  readonly #reader: LogReader;
  readonly #root: string;
  readonly #notebook: string | null;
  readonly #cwd: string;

  constructor(reader: LogReader, notebook: string | null, cwd: string) {
    this.#reader = reader;
    this.#root = reader.root;
    this.#notebook = notebook;
    this.#cwd = cwd;
  }

  find(target: string): Match {
    if (this.#reader.runCount === 0)
      throw new UnknownNameError(`Cannot explain ${target}: nothing has run yet in ${this.#root}`, []);
    const kind = KINDS.find((candidate) => target.startsWith(`${candidate}:`));
    const asked = kind === undefined ? [] : this.#matches(kind, target.slice(kind.length + 1));
    // Names are people's own, and may look like a kind: metric("cell:accuracy").
    const matches = asked.length > 0 ? asked : KINDS.flatMap((candidate) => this.#matches(candidate, target));
    return this.#only(target, matches, kind ?? null);
  }

  #only(target: string, matches: readonly Match[], kind: Kind | null): Match {
    const [match, ...more] = matches;
    if (match && more.length === 0) return match;
    if (match) {
      const candidates = matches.map(({ name }) => name);
      const told = candidates.slice(0, MOST_TOLD).join(", ");
      const rest = candidates.length > MOST_TOLD ? ` and ${candidates.length - MOST_TOLD} more` : "";
      throw new UnknownNameError(`Cannot explain ${target}: it may mean ${told}${rest}`, candidates);
    }
    if (target.startsWith("incident:"))
      throw new UnknownNameError(
        `Cannot explain ${target}: there are no incidents in the log. Ask for ${KINDS.map((each) => `${each}:`).join(", ")}`,
        [],
      );
    const word = kind ? target.slice(kind.length + 1) : target;
    const known = (kind ? [kind] : KINDS).flatMap((each) =>
      this.#names(each).map((name) => ({ name, full: `${each}:${name}` })),
    );
    if (kind && known.length === 0)
      throw new UnknownNameError(
        kind === "request"
          ? `Cannot explain ${target}: no request of that id was answered here`
          : `Cannot explain ${target}: there is no ${kind} in the log yet`,
        [],
      );
    const close = closestNames(
      word.replace(/@.*$/, ""),
      known.map(({ name }) => name),
    ).flatMap((name) => known.find((each) => each.name === name)?.full ?? []);
    const some = [...new Set(known.map(({ full }) => full))].slice(0, MOST_TOLD);
    const hint = close.length > 0 ? `Did you mean ${close.join(" or ")}?` : `Known: ${some.join(", ")}`;
    throw new UnknownNameError(`Cannot explain ${target}: the log has nothing of that name. ${hint}`, close);
  }

  #matches(kind: Kind, name: string): Match[] {
    switch (kind) {
      case "metric":
        return this.#metrics(name);
      case "model":
        return findRegistered(name, this.#reader, this.#notebook).map(({ record, registered }) => ({
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
        const served = findRequest(this.#reader, name);
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
    const match = (record: RunRecord | undefined, name: string): Match[] =>
      record === undefined
        ? []
        : [{ name: `metric:${name}@${record.run}`, build: (builder) => builder.metric(record, name) }];
    // An @ may be the name's own: hits@10.
    const whole = this.#newest(
      this.#notebook === null ? keyOf("metric", asked) : keyOf("metric-in", asked, this.#notebook),
    );
    const at = asked.lastIndexOf("@");
    if (whole !== undefined || at < 0) return match(whole, asked);
    const name = asked.slice(0, at);
    return this.#runs(asked.slice(at + 1))
      .filter(({ digest }) => Object.hasOwn(digest.metrics, name))
      .flatMap((record) => match(record, name));
  }

  #version({ model, version }: { readonly model: string; readonly version: string | null }): FoundVersion | null {
    if (version === null) return null;
    return findRegistered(`${model}@${version}`, this.#reader)[0] ?? null;
  }

  #runs(name: string): readonly RunRecord[] {
    return runsMeant(this.#reader, name, this.#notebook === null ? {} : { notebook: this.#notebook });
  }

  /** The newest run that a key finds, of the notebook that is asked about. */
  #newest(key: string): RunRecord | undefined {
    for (const record of this.#reader.runs(key))
      if (this.#notebook === null || record.started?.notebook === this.#notebook) return record;
    return undefined;
  }

  #artifacts(name: string): Match[] {
    const found = new Map<string, Match>();
    const add = (full: string, key: string, isMeant: (use: { name: string; hash: string }) => boolean): void => {
      // The newest run's stands for its equals.
      const record = found.has(full) ? undefined : this.#newest(key);
      const use = record?.steps.flatMap(({ outputs }) => outputs).find(isMeant);
      if (record !== undefined && use !== undefined)
        found.set(full, { name: full, build: (builder) => builder.artifact(record, use, null) });
    };
    add(`artifact:${name}`, keyOf("artifact", name), (use) => use.name === name);
    if (!/^[0-9a-f]{6,64}$/.test(name)) return [...found.values()];
    for (const key of this.#reader.keys(keyOf("hash", name.slice(0, HASH_DIGITS)))) {
      const use = this.#newest(key)
        ?.steps.flatMap(({ outputs }) => outputs)
        .find(({ hash }) => hash.startsWith(name) && key === keyOf("hash", hash.slice(0, HASH_DIGITS)));
      if (use !== undefined) add(`artifact:${use.hash}`, key, ({ hash }) => hash === use.hash);
    }
    return [...found.values()];
  }

  #cells(name: string): Match[] {
    const hash = name.lastIndexOf("#");
    const notebook = name.slice(0, Math.max(0, hash));
    const id = name.slice(hash + 1);
    if (hash < 0 || id === "") return [];
    const isMeant = (path: string): boolean =>
      path === notebook || path.endsWith(`/${notebook}`) || this.#relative(resolve(this.#cwd, notebook)) === path;
    const find = (prefix: string): Match[] => {
      const matches: Match[] = [];
      for (const key of this.#reader.keys(prefix)) {
        const [cellId = "", path = ""] = partsOf(key);
        const record = path !== "" && isMeant(path) ? this.#newest(key) : undefined;
        if (record === undefined) continue;
        matches.push({
          name: `cell:${path}#${cellId}`,
          build: (builder) => {
            const last = builder.executions(record).findLast(({ trace }) => trace.cellId === cellId);
            if (last === undefined) throw new Error(`Cannot explain cell:${name}: the log changed meanwhile`);
            return builder.cell(last);
          },
        });
      }
      return matches;
    };
    const exact = find(prefixOf("cell", id));
    return exact.length > 0 || id.length < 4 ? exact : find(keyOf("cell", id));
  }

  #files(name: string): Match[] {
    const absolute = [resolve(this.#cwd, name), resolve(this.#root, name)];
    const exact = absolute.flatMap((path) => this.#file(path)).slice(0, 1);
    if (exact.length > 0) return exact;
    const matches: Match[] = [];
    for (const key of this.#reader.keys(prefixOf("file", basename(name)))) {
      const [, path = ""] = partsOf(key);
      if (path.endsWith(`/${name}`)) matches.push(...this.#file(path));
    }
    return matches;
  }

  /** As it was when it was last read or written. */
  #file(path: string): Match[] {
    const record = this.#newest(keyOf("file", basename(path), path));
    if (record === undefined) return [];
    const use = tracesOf(record)
      .flatMap(({ files }) => files)
      .findLast((file) => file.path === path);
    return use === undefined
      ? []
      : [{ name: `file:${this.#relative(path)}`, build: (builder) => builder.file(use, null) }];
  }

  #names(kind: Kind): string[] {
    const names = (of: KeyKind, tell: (parts: readonly string[]) => string): string[] => {
      const found: string[] = [];
      for (const key of this.#reader.keys(prefixOf(of))) {
        if (found.length >= MOST_NAMES) break;
        const name = tell(partsOf(key));
        if (name !== "") found.push(name);
      }
      return found;
    };
    switch (kind) {
      case "metric":
        return names("metric", ([name = ""]) => name);
      case "model":
        return names("model", ([name = ""]) => name);
      case "deployment":
        return this.#reader.deployments().map(({ deployment }) => deployment);
      case "request":
        // Too many to list.
        return [];
      case "run": {
        const found: string[] = [];
        for (const { run } of this.#reader.runs()) {
          if (found.length >= MOST_NAMES / 10) break;
          found.push(run);
        }
        return found;
      }
      case "artifact":
        return names("artifact", ([name = ""]) => name);
      case "cell":
        return names("cell", ([id = "", notebook = ""]) => (notebook === "" ? "" : `${notebook}#${id}`));
      case "file":
        return names("file", ([, path = ""]) => this.#relative(path));
    }
  }

  #relative(path: string): string {
    const inside = relative(this.#root, path);
    return inside.startsWith("..") ? path : inside;
  }
}
