import type { RunDocument } from "../pipeline/run/run-document.js";
import { ServiceError } from "./errors.js";
import { LiveRun } from "./live-run.js";
import type { ServicePorts } from "./ports.js";

/** Ended runs kept in memory, so that a page that reconnects sees how they ended, with notes and lines. */
const KEPT_RUNS = 20;

export interface DeskOptions {
  readonly run: ServicePorts["run"];
  /** Told of a run that broke for a reason other than its steps. */
  readonly onError?: (error: unknown) => void;
}

interface Desk {
  readonly live: LiveRun;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Starts, keeps and cancels this service's runs; one at a time for each notebook. */
export class RunDesk {
  readonly #options: DeskOptions;
  readonly #busy = new Map<string, string | null>();
  readonly #desks = new Map<string, Desk>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Resolves with the run's id as soon as it has one. */
  async start(notebook: string, params: Readonly<Record<string, unknown>>): Promise<string> {
    if (this.#busy.has(notebook)) {
      const run = this.#busy.get(notebook);
      throw new ServiceError(
        "run-active",
        `Cannot start a second run of this notebook: run ${run ?? "(starting)"} is going on; wait for it or cancel it.`,
      );
    }
    this.#busy.set(notebook, null);
    const abort = new AbortController();
    return new Promise<string>((resolve, reject) => {
      let live: LiveRun | null = null;
      let settle = (): void => {};
      const done = new Promise<void>((over) => {
        settle = over;
      });
      const run = this.#options.run(notebook, {
        params,
        signal: abort.signal,
        onProgress: (progress) => {
          if (live !== null) return live.apply(progress);
          if (progress.kind !== "run") return;
          live = new LiveRun(notebook, progress.document);
          this.#keep(progress.document.run, { live, abort, done });
          this.#busy.set(notebook, progress.document.run);
          resolve(progress.document.run);
        },
      });
      const free = (): void => {
        this.#busy.delete(notebook);
        settle();
      };
      run.then(
        (document) => {
          free();
          if (live === null) {
            live = new LiveRun(notebook, document);
            this.#keep(document.run, { live, abort, done });
          }
          live.finish(document);
          resolve(document.run);
        },
        (error: unknown) => {
          free();
          if (live === null) return reject(error);
          this.#options.onError?.(error);
          live.finish(broken(live.document, abort.signal.aborted));
        },
      );
    });
  }

  get(run: string): LiveRun | null {
    return this.#desks.get(run)?.live ?? null;
  }

  active(): readonly LiveRun[] {
    return [...this.#desks.values()].map((desk) => desk.live).filter((live) => !live.over);
  }

  /** Stops a run and resolves with how it ended. */
  async cancel(run: string): Promise<RunDocument> {
    const desk = this.#desks.get(run);
    if (desk === undefined || desk.live.over) {
      throw new ServiceError("run-over", `Cannot cancel run ${run}: it has ended, or another process runs it.`);
    }
    desk.abort.abort();
    await desk.done;
    return desk.live.document;
  }

  async close(): Promise<void> {
    const desks = [...this.#desks.values()].filter((desk) => !desk.live.over);
    for (const desk of desks) desk.abort.abort();
    await Promise.all(desks.map((desk) => desk.done));
  }

  #keep(run: string, desk: Desk): void {
    this.#desks.set(run, desk);
    for (const [id, old] of this.#desks) {
      if (this.#desks.size <= KEPT_RUNS) break;
      if (old.live.over) this.#desks.delete(id);
    }
  }
}

/** A run whose engine threw: what was going on did not end well. */
function broken(document: RunDocument, cancelled: boolean): RunDocument {
  const steps = document.steps.map((step) =>
    step.status === "running"
      ? { ...step, status: "failed" as const }
      : step.status === "waiting"
        ? { ...step, status: "skipped" as const }
        : step,
  );
  return { ...document, status: cancelled ? "cancelled" : "failed", steps };
}
