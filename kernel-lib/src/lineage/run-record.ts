import { compareHlc, type Hlc } from "./clock.js";
import type {
  AliasMoved,
  CellFinished,
  DeploymentChanged,
  EventEnvelope,
  ModelRegistered,
  RunFinished,
  RunStarted,
  StepFinished,
} from "./events.js";
import { FileIndex, type StoredFiles } from "./file-index.js";
import { reviveNumbers } from "./odd-numbers.js";
import type { EventSpans } from "./read-segment.js";
import { addToBody, type BodyPlace, RunBodies } from "./run-bodies.js";

/** A version that a run registered. */
export interface RegisteredInRun {
  readonly event: ModelRegistered;
  /** How many cells of the session and steps of the pipeline had ended by then: the next one called `model()`. */
  readonly cellsBefore: number;
  readonly stepsBefore: number;
}

/** All that the log says of one run, in the order in which it happened. A run has one writer, so that order is the segment's. */
export interface RunRecord {
  readonly run: string;
  readonly writer: string;
  readonly author: string;
  readonly host: string;
  /** When the first of its events was written. */
  readonly hlc: Hlc;
  readonly started: RunStarted | null;
  readonly cells: readonly CellFinished[];
  readonly steps: readonly StepFinished[];
  readonly models: readonly RegisteredInRun[];
  readonly finished: RunFinished | null;
  readonly digest: RunDigest;
}

/** What lists of runs show, so that nobody reads all cells and steps for it. */
export interface RunDigest {
  readonly cells: number;
  readonly steps: number;
  /** The last value of each param that a cell set. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The last value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  /** When the last of its cells and steps ended, milliseconds since 1970; null before there is one. */
  readonly endMs: number | null;
}

interface OpenDigest extends RunDigest {
  cells: number;
  steps: number;
  readonly params: Record<string, unknown>;
  readonly metrics: Record<string, number>;
  endMs: number | null;
}

/** A record as it is kept between two processes; `places` says where the rest is. */
export type StoredRecord = Omit<RunRecord, "cells" | "steps"> & { readonly places: readonly BodyPlace[] };

/** Cells and steps are read from the segments when they are asked for. */
class OpenRecord implements RunRecord {
  readonly run: string;
  readonly writer: string;
  readonly author: string;
  readonly host: string;
  readonly hlc: Hlc;
  started: RunStarted | null;
  finished: RunFinished | null;
  readonly models: RegisteredInRun[];
  readonly digest: OpenDigest;
  readonly places: BodyPlace[];
  readonly #bodies: RunBodies;

  constructor(stored: StoredRecord, bodies: RunBodies) {
    this.run = stored.run;
    this.writer = stored.writer;
    this.author = stored.author;
    this.host = stored.host;
    this.hlc = stored.hlc;
    this.started = stored.started;
    this.finished = stored.finished;
    this.models = [...stored.models];
    this.digest = { ...stored.digest, params: { ...stored.digest.params }, metrics: { ...stored.digest.metrics } };
    this.places = stored.places.map(({ writer, spans }) => ({ writer, spans: [...spans] }));
    this.#bodies = bodies;
  }

  get cells(): readonly CellFinished[] {
    return this.digest.cells === 0 ? [] : this.#bodies.get(this.run, this.places).cells;
  }

  get steps(): readonly StepFinished[] {
    return this.digest.steps === 0 ? [] : this.#bodies.get(this.run, this.places).steps;
  }

  /** Takes in what a cell or a step of it did. */
  ended(event: CellFinished | StepFinished, writer: string, start: number, end: number): void {
    const body = this.#bodies.peek(this.run);
    if (body !== undefined) addToBody(body, event);
    this.#place(writer, start, end);
    const { digest } = this;
    const isCell = event.kind === "cell.finished";
    if (isCell) digest.cells += 1;
    else digest.steps += 1;
    for (const trace of isCell ? [event.trace] : event.cells) {
      for (const { name, value } of trace.params) digest.params[name] = value;
      for (const { name, value } of reviveNumbers(trace).metrics) digest.metrics[name] = value;
    }
    const at = isCell ? Date.parse(event.trace.startedAt) + event.trace.durationMs : Date.parse(event.at);
    if (!Number.isNaN(at)) digest.endMs = Math.max(digest.endMs ?? at, at);
  }

  #place(writer: string, start: number, end: number): void {
    let place = this.places.at(-1);
    if (place?.writer !== writer) {
      place = { writer, spans: [] };
      this.places.push(place);
    }
    if (place.spans.at(-1) === start) place.spans[place.spans.length - 1] = end;
    else place.spans.push(start, end);
  }
}

/** All that a fold knows, as JSON can hold it. */
export interface StoredFold {
  readonly aliases: readonly (readonly [string, Last<AliasOf>])[];
  readonly deployments: readonly (readonly [string, Last<DeploymentChanged>])[];
  readonly files: StoredFiles;
}

type AliasOf = Pick<AliasMoved, "model" | "alias" | "version">;

interface Last<T> {
  readonly hlc: Hlc;
  readonly event: T;
}

/** Writers come in any order: the clock tells which was the last. */
function keepLast<T>(lasts: Map<string, Last<T>>, key: string, hlc: Hlc, event: T): void {
  const known = lasts.get(key);
  if (known === undefined || compareHlc(known.hlc, hlc) < 0) lasts.set(key, { hlc, event });
}

function spanAt(spans: EventSpans, index: number): [start: number, end: number] {
  return [spans[2 * index] ?? 0, spans[2 * index + 1] ?? 0];
}

/** Folds events into runs, piece by piece. Kinds of event that it does not know pass by. */
export class RunFold {
  readonly #runs = new Map<string, OpenRecord>();
  /** The last move of each alias, by `model@alias`. */
  readonly #aliases = new Map<string, Last<AliasOf>>();
  /** The last change of each deployment, by its name. */
  readonly #deployments = new Map<string, Last<DeploymentChanged>>();
  readonly files = new FileIndex();
  /** Sorted until there is a new run: most questions begin with the list. */
  #newestFirst: readonly RunRecord[] | null = null;
  /** The same array as long as nothing was added to any run, so that what was made of it can be kept. */
  #view: readonly RunRecord[] | null = null;

  readonly #bodies: RunBodies;

  /** @param folder of the segments, where cells and steps are read from */
  constructor(folder: string) {
    this.#bodies = new RunBodies(folder);
  }

  /**
   * @param events of one writer, in order; writers in any order
   * @param spans where their lines stand in the segment
   */
  add(events: readonly EventEnvelope[], writer: string, spans: EventSpans): void {
    this.#view = null;
    for (const [index, envelope] of events.entries()) {
      // A later version may mean something else by the same words.
      if (envelope.v !== 1) continue;
      const { event } = envelope;
      switch (event.kind) {
        case "run.started":
          this.#record(envelope, event.run, writer).started = event;
          break;
        case "cell.finished":
          this.files.add(event.run, event.trace);
          this.#record(envelope, event.run, writer).ended(event, writer, ...spanAt(spans, index));
          break;
        case "step.finished":
          for (const trace of event.cells) this.files.add(event.run, trace);
          this.#record(envelope, event.run, writer).ended(event, writer, ...spanAt(spans, index));
          break;
        case "model.registered":
          this.#registered(this.#record(envelope, event.run, writer), event);
          break;
        case "alias.moved":
          keepLast(this.#aliases, `${event.model}@${event.alias}`, envelope.hlc, event);
          break;
        case "deployment.changed":
          keepLast(this.#deployments, event.deployment, envelope.hlc, event);
          break;
        case "run.finished":
          this.#record(envelope, event.run, writer).finished = event;
          break;
      }
    }
  }

  get(run: string): RunRecord | undefined {
    return this.#runs.get(run);
  }

  /** Newest first. */
  list(): readonly RunRecord[] {
    this.#newestFirst ??= [...this.#runs.values()].sort((a, b) => compareHlc(b.hlc, a.hlc) || (a.run < b.run ? 1 : -1));
    this.#view ??= this.#newestFirst.slice();
    return this.#view;
  }

  /** For a snapshot: all but the runs. */
  store(): StoredFold {
    return { aliases: [...this.#aliases], deployments: [...this.#deployments], files: this.files.store() };
  }

  *storeRuns(): Generator<StoredRecord> {
    for (const { run, writer, author, host, hlc, started, finished, models, digest, places } of this.#runs.values())
      yield { run, writer, author, host, hlc, started, finished, models, digest, places };
  }

  /** Takes over what a snapshot has; only for a fold that is still empty. */
  restore({ aliases, deployments, files }: StoredFold, runs: Iterable<StoredRecord>): void {
    for (const [key, last] of aliases) this.#aliases.set(key, last);
    for (const [key, last] of deployments) this.#deployments.set(key, last);
    this.files.restore(files);
    for (const run of runs) this.#runs.set(run.run, new OpenRecord(run, this.#bodies));
  }

  /** The version's id for which an alias stands; null if it stands for none. */
  aliasVersion(model: string, alias: string): string | null {
    return this.#aliases.get(`${model}@${alias}`)?.event.version ?? null;
  }

  /** The aliases that stand for a version, sorted. */
  aliasesOf(model: string, version: string): string[] {
    return [...this.#aliases.values()]
      .flatMap(({ event }) => (event.model === model && event.version === version ? [event.alias] : []))
      .sort();
  }

  /** The last that was heard of each deployment. */
  deployments(): DeploymentChanged[] {
    return [...this.#deployments.values()].map(({ event }) => event);
  }

  #registered({ models, digest }: OpenRecord, event: ModelRegistered): void {
    models.push({ event, cellsBefore: digest.cells, stepsBefore: digest.steps });
  }

  #record({ author, host, hlc }: EventEnvelope, run: string, writer: string): OpenRecord {
    let record = this.#runs.get(run);
    if (!record) {
      const digest: RunDigest = { cells: 0, steps: 0, params: {}, metrics: {}, endMs: null };
      const known = { run, writer, author, host, hlc, started: null, finished: null, models: [], digest, places: [] };
      record = new OpenRecord(known, this.#bodies);
      this.#runs.set(run, record);
      this.#newestFirst = null;
    }
    return record;
  }
}
