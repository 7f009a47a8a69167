import type { EventEnvelope } from "./events.js";
import { type LogReader, openReader } from "./reader.js";

/** Takes in events piece by piece: of one writer in order, of writers in any order. */
export interface EventFold {
  add(events: readonly EventEnvelope[]): void;
}

/** A fold of a project's events of some rare kinds (see `LogReader.rarePlaces`). It reads those alone, and only what is new. */
export class FoldedLog<T extends EventFold> {
  readonly #reader: LogReader;
  readonly #kinds: readonly string[];
  readonly #create: (reader: LogReader) => T;
  #fold: T;
  #generation: number;
  #revision = -1;
  /** By writer the end of the last event that was taken in, as a place in its segment. */
  readonly #ends = new Map<string, number>();

  /** @param from a root (the log need not exist yet), or a reader of the same project that stays open */
  constructor(from: string | LogReader, kinds: readonly string[], create: (reader: LogReader) => T) {
    this.#reader = typeof from === "string" ? openReader(from) : from;
    this.#kinds = kinds;
    this.#create = create;
    this.#fold = create(this.#reader);
    this.#generation = this.#reader.generation;
  }

  /** Up to date. */
  current(): T {
    this.#reader.refresh();
    const { generation, revision } = this.#reader;
    if (generation !== this.#generation) {
      // Somebody removed or replaced part of the log: it is folded from the start.
      this.#fold = this.#create(this.#reader);
      this.#ends.clear();
      this.#generation = generation;
    } else if (revision === this.#revision) return this.#fold;
    this.#revision = revision;
    const fresh = new Map<string, number[]>();
    for (const { writer, start, end } of this.#reader.rarePlaces(this.#kinds)) {
      if (start < (this.#ends.get(writer) ?? 0)) continue;
      const spans = fresh.get(writer);
      if (spans === undefined) fresh.set(writer, [start, end]);
      else spans.push(start, end);
    }
    for (const [writer, spans] of fresh) {
      this.#fold.add([...this.#reader.read(writer, spans)]);
      this.#ends.set(writer, spans.at(-1) ?? 0);
    }
    return this.#fold;
  }
}
