import type { ProcessPool } from "./process-pool.js";

/** What the runs of a grid share while they go on at the same time: the processes, the cores, and steps that several of them need. */
export class SharedWork {
  readonly pool: ProcessPool;
  #free: number;
  readonly #queue: (() => void)[] = [];
  /** Steps that a run of this grid does or did, by static key. */
  readonly #flights = new Map<string, Promise<unknown>>();
  readonly #done = new Set<string>();

  /** @param cores steps at work at the same time, in all runs together */
  constructor(pool: ProcessPool, cores: number) {
    this.pool = pool;
    this.#free = cores;
  }

  /** The step as another run of the grid does or did it; settles with it, well or not. Undefined if none has begun. */
  elsewhere(key: string): Promise<unknown> | undefined {
    return this.#flights.get(key)?.catch(() => {});
  }

  /** True if a run of this grid has done the step: who asked for it to be done again has got that. */
  hasDone(key: string): boolean {
    return this.#done.has(key);
  }

  /** Does a step as soon as a core is free; `work` gives false if it failed. */
  async perform(key: string, work: () => Promise<boolean>): Promise<boolean> {
    const flight = this.#whenFree(work);
    this.#flights.set(key, flight);
    const ok = await flight;
    if (ok) this.#done.add(key);
    return ok;
  }

  async #whenFree(work: () => Promise<boolean>): Promise<boolean> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
