import type { EventEnvelope } from "./events.js";
import { LogTail } from "./read-log.js";

/** Takes in events piece by piece: of one writer in order, of writers in any order. */
export interface EventFold {
  add(events: readonly EventEnvelope[]): void;
}

/** A fold of a project's whole log that reads only what is new; the log need not exist yet. */
export class FoldedLog<T extends EventFold> {
  readonly #root: string;
  readonly #create: () => T;
  #tail: LogTail;
  #fold: T;

  constructor(root: string, create: () => T) {
    this.#root = root;
    this.#create = create;
    this.#tail = new LogTail(root);
    this.#fold = create();
  }

  /** Up to date. */
  current(): T {
    if (this.#tail.isStale()) {
      // Somebody removed or replaced part of the log: it is read from the start.
      this.#tail = new LogTail(this.#root);
      this.#fold = this.#create();
    }
    this.#tail.refresh((events) => this.#fold.add(events));
    return this.#fold;
  }
}
