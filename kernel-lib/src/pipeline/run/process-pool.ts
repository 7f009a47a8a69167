import { availableParallelism } from "node:os";
import type { StepProcess } from "./step-process.js";

export interface ProcessPoolOptions {
  /** Path of the steps' main module. Default: that of the compiled package. */
  readonly host?: string | undefined;
  /** Processes that stand ready at most. Default: the number of cores. */
  readonly ahead?: number;
}

/**
 * Step processes that stand ready. Each is used once, for one step, so that no step finds what another one left behind; their start, which
 * takes longer than a small step, overlaps with the work of the steps before, and with the compiler's.
 */
export class ProcessPool {
  readonly #workFolder: string;
  readonly #host: string | undefined;
  readonly #ahead: number;
  readonly #ready: Promise<StepProcess>[] = [];
  #closed = false;

  constructor(workFolder: string, { host, ahead = availableParallelism() }: ProcessPoolOptions = {}) {
    this.#workFolder = workFolder;
    this.#host = host;
    this.#ahead = ahead;
  }

  /** Starts processes until as many stand ready as `steps` can use. */
  prepare(steps: number): void {
    while (!this.#closed && this.#ready.length < Math.min(steps, this.#ahead)) {
      const started = this.#start();
      // Told to who takes it.
      started.catch(() => {});
      this.#ready.push(started);
    }
  }

  /** A process for one step; behind it others are started for the `more` steps that still wait. */
  take(more: number): Promise<StepProcess> {
    const taken = this.#ready.shift() ?? this.#start();
    this.prepare(more);
    return taken;
  }

  /** Ends what was started and not needed. */
  close(): void {
    this.#closed = true;
    for (const ready of this.#ready.splice(0)) {
      ready.then(
        (process) => process.dismiss(),
        () => {},
      );
    }
  }

  /** Node's own module for processes takes some milliseconds: a run whose results all hold does without. */
  async #start(): Promise<StepProcess> {
    const { StepProcess } = await import("./step-process.js");
    return new StepProcess(this.#workFolder, this.#host);
  }
}
