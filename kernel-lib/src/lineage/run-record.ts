import { compareHlc, type Hlc } from "./clock.js";
import type { CellFinished, EventEnvelope, ModelRegistered, RunFinished, RunStarted, StepFinished } from "./events.js";
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

/** Folds events into runs, piece by piece. Kinds of event that it does not know pass by. */
export class RunFold {
  readonly #runs = new Map<string, OpenRecord>();
  /** The last move of each alias. */
  readonly #aliases = new Map<string, { readonly hlc: Hlc; readonly version: string | null }>();

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
          break;
        case "step.finished":
          this.#record(envelope, event.run, writer).steps.push({ ...event, cells: event.cells.map(reviveNumbers) });
          break;
        case "model.registered":
          this.#registered(this.#record(envelope, event.run, writer), event);
          break;
        case "alias.moved":
          this.#moved(`${event.model}@${event.alias}`, envelope.hlc, event.version);
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
    return [...this.#runs.values()].sort((a, b) => compareHlc(b.hlc, a.hlc) || (a.run < b.run ? 1 : -1));
  }

  /** The version's id for which an alias stands; null if it stands for none. */
  aliasVersion(model: string, alias: string): string | null {
    return this.#aliases.get(`${model}@${alias}`)?.version ?? null;
  }

  #registered({ models, cells, steps }: OpenRecord, event: ModelRegistered): void {
    models.push({ event, cellsBefore: cells.length, stepsBefore: steps.length });
  }

  #moved(alias: string, hlc: Hlc, version: string | null): void {
    const known = this.#aliases.get(alias);
    if (known === undefined || compareHlc(known.hlc, hlc) < 0) this.#aliases.set(alias, { hlc, version });
  }

  #record({ author, host, hlc }: EventEnvelope, run: string, writer: string): OpenRecord {
    let record = this.#runs.get(run);
    if (!record) {
      record = { run, writer, author, host, hlc, started: null, cells: [], steps: [], models: [], finished: null };
      this.#runs.set(run, record);
    }
    return record;
  }
}
