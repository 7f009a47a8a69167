/** Milliseconds since 1970, then a counter within the millisecond. */
export type Hlc = readonly [ms: number, counter: number];

/**
 * A hybrid logical clock: follows the given clock, but never goes back, so that events keep the order in which
 * they happened even when the machine's time is set back.
 */
export class HybridClock {
  readonly #now: () => number;
  #ms = 0;
  #counter = 0;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  next(): Hlc {
    const now = Math.floor(this.#now());
    if (now > this.#ms) {
      this.#ms = now;
      this.#counter = 0;
    } else this.#counter += 1;
    return [this.#ms, this.#counter];
  }

  /** Takes note of a moment seen elsewhere: everything from now on comes after it. */
  observe([ms, counter]: Hlc): void {
    if (ms < this.#ms || (ms === this.#ms && counter <= this.#counter)) return;
    this.#ms = ms;
    this.#counter = counter;
  }
}

export function compareHlc(a: Hlc, b: Hlc): number {
  return a[0] - b[0] || a[1] - b[1];
}
