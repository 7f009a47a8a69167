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
import { FileIndex } from "./file-index.js";
import { reviveNumbers } from "./odd-numbers.js";

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
}

interface OpenRecord extends RunRecord {
  started: RunStarted | null;
  readonly cells: CellFinished[];
  readonly steps: StepFinished[];
  readonly models: RegisteredInRun[];
  finished: RunFinished | null;
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

  /** @param events of one writer, in order; writers in any order */
  add(events: readonly EventEnvelope[], writer: string): void {
    for (const envelope of events) {
      // A later version may mean something else by the same words.
      if (envelope.v !== 1) continue;
      const { event } = envelope;
      switch (event.kind) {
        case "run.started":
          this.#record(envelope, event.run, writer).started = event;
          break;
        case "cell.finished":
          this.#record(envelope, event.run, writer).cells.push({ ...event, trace: reviveNumbers(event.trace) });
          this.files.add(event.run, event.trace);
          break;
        case "step.finished":
          for (const trace of event.cells) this.files.add(event.run, trace);
          this.#record(envelope, event.run, writer).steps.push({ ...event, cells: event.cells.map(reviveNumbers) });
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
    return this.#newestFirst;
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

  #registered({ models, cells, steps }: OpenRecord, event: ModelRegistered): void {
    models.push({ event, cellsBefore: cells.length, stepsBefore: steps.length });
  }

  #record({ author, host, hlc }: EventEnvelope, run: string, writer: string): OpenRecord {
    let record = this.#runs.get(run);
    if (!record) {
      record = { run, writer, author, host, hlc, started: null, cells: [], steps: [], models: [], finished: null };
      this.#runs.set(run, record);
      this.#newestFirst = null;
    }
    return record;
  }
}
