import type { Binding } from "./active-cell.js";
import { NameFacts, type NameUses } from "./name-facts.js";
import type { CellIdentity } from "./tracker.js";
import { trackingIsOn } from "./tracking-is-on.js";

/** Told of what callbacks of a cell did after it had ended: all of that so far. */
export type LateListener = (cell: CellIdentity, uses: NameUses) => void;

let listener: LateListener | null = null;

export function setLateListener(next: LateListener): void {
  listener = next;
}

// Kept before a cell can replace it.
const soon = queueMicrotask;

/** What the callbacks of a cell that has ended do with names. They are that cell's, and not the one's that runs meanwhile. */
export class LateFacts {
  readonly #cell: CellIdentity;
  readonly #settled: NameFacts;
  readonly #running: () => NameFacts | undefined;
  readonly #reads = new Set<string>();
  readonly #writes = new Set<string>();
  readonly #mutates = new Set<string>();
  #stretch: NameFacts | null = null;

  /**
   * @param settled what the cell did while it ran
   * @param running the facts of the cell that runs now
   */
  constructor(cell: CellIdentity, settled: NameFacts, running: () => NameFacts | undefined) {
    this.#cell = cell;
    this.#settled = settled;
    this.#running = running;
  }

  noteCopy(ref: Binding): void {
    this.#current().noteCopy(ref);
  }

  dropCopy(ref: Binding): void {
    this.#current().dropCopy(ref);
  }

  noteRead(ref: Binding): void {
    this.#current().noteRead(ref);
  }

  noteWrite(ref: Binding): void {
    this.#current().noteWrite(ref);
  }

  /** The facts of the callback that runs, up to its next `await`. */
  #current(): NameFacts {
    if (this.#stretch !== null) return this.#stretch;
    const stretch = new NameFacts(trackingIsOn());
    this.#stretch = stretch;
    soon(() => this.#end(stretch));
    return stretch;
  }

  #end(stretch: NameFacts): void {
    this.#stretch = null;
    const own = new Set([...this.#settled.writes].map(({ name }) => name));
    const { reads, writes, mutates } = stretch.uses();
    for (const name of reads) if (!own.has(name) && !this.#writes.has(name)) this.#reads.add(name);
    for (const name of writes) this.#writes.add(name);
    for (const name of mutates) if (!own.has(name) && !this.#writes.has(name)) this.#mutates.add(name);
    this.#running()?.absorb(stretch);
    listener?.(this.#cell, { reads: [...this.#reads], writes: [...this.#writes], mutates: [...this.#mutates] });
  }
}
