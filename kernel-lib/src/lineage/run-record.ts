import type { Hlc } from "./clock.js";
import type { CellFinished, ModelRegistered, RunFinished, RunStarted, StepFinished } from "./events.js";
import { reviveNumbers } from "./odd-numbers.js";
import { addToBody, type BodyPlace, type RunBodies } from "./run-bodies.js";

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
  /** Where its events stand, among others' or not. */
  readonly places: readonly BodyPlace[];
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

/** A record as an index keeps it; `places` says where the rest is. */
export type StoredRecord = Omit<RunRecord, "cells" | "steps">;

/** A record whose cells and steps are read from the segments when they are asked for. */
export class StoredRun implements RunRecord {
  readonly #stored: StoredRecord;
  readonly #bodies: RunBodies;

  constructor(stored: StoredRecord, bodies: RunBodies) {
    this.#stored = stored;
    this.#bodies = bodies;
  }

  get run(): string {
    return this.#stored.run;
  }
  get writer(): string {
    return this.#stored.writer;
  }
  get author(): string {
    return this.#stored.author;
  }
  get host(): string {
    return this.#stored.host;
  }
  get hlc(): Hlc {
    return this.#stored.hlc;
  }
  get started(): RunStarted | null {
    return this.#stored.started;
  }
  get finished(): RunFinished | null {
    return this.#stored.finished;
  }
  get models(): readonly RegisteredInRun[] {
    return this.#stored.models;
  }
  get digest(): RunDigest {
    return this.#stored.digest;
  }
  get places(): readonly BodyPlace[] {
    return this.#stored.places;
  }
  get cells(): readonly CellFinished[] {
    return this.digest.cells === 0 ? [] : this.#bodies.get(this.run, this.places).cells;
  }
  get steps(): readonly StepFinished[] {
    return this.digest.steps === 0 ? [] : this.#bodies.get(this.run, this.places).steps;
  }
}

interface OpenDigest extends RunDigest {
  cells: number;
  steps: number;
  readonly params: Record<string, unknown>;
  readonly metrics: Record<string, number>;
  endMs: number | null;
}

/** A record that events are still added to. */
export class OpenRecord implements StoredRecord {
  readonly run: string;
  readonly writer: string;
  readonly author: string;
  readonly host: string;
  readonly hlc: Hlc;
  started: RunStarted | null;
  finished: RunFinished | null;
  readonly models: RegisteredInRun[];
  readonly digest: OpenDigest;
  readonly places: { readonly writer: string; readonly spans: number[] }[];

  constructor(stored: StoredRecord) {
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
  }

  /** Takes in what a cell or a step of it did. */
  ended(event: CellFinished | StepFinished, bodies: RunBodies): void {
    const body = bodies.peek(this.run);
    if (body !== undefined) addToBody(body, event);
    const { digest } = this;
    const isCell = event.kind === "cell.finished";
    if (isCell) digest.cells += 1;
    else digest.steps += 1;
    for (const trace of isCell ? [event.trace] : event.cells) {
      for (const { name, value } of trace.params) put(digest.params, name, value);
      if (trace.metrics.length > 0)
        for (const { name, value } of reviveNumbers(trace).metrics) put(digest.metrics, name, value);
    }
    const at = isCell ? Date.parse(event.trace.startedAt) + event.trace.durationMs : Date.parse(event.at);
    if (!Number.isNaN(at)) digest.endMs = Math.max(digest.endMs ?? at, at);
  }

  /** Notes where one of its events stands. */
  place(writer: string, start: number, end: number): void {
    let place = this.places.at(-1);
    if (place?.writer !== writer) {
      place = { writer, spans: [] };
      this.places.push(place);
    }
    // Between two of its events there is mostly a commit alone, which is cheaper read along than skipped.
    if (start - (place.spans.at(-1) ?? -Infinity) <= GAP_BYTES) place.spans[place.spans.length - 1] = end;
    else place.spans.push(start, end);
  }
}

const GAP_BYTES = 1024;

/** Names come from people: `__proto__` is one like any other. */
function put<T>(record: Record<string, T>, name: string, value: T): void {
  if (name !== "__proto__") record[name] = value;
  else Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}
