import { type ISignal, Signal } from "@lumino/signaling";
import { backoffMs } from "../client/backoff.js";
import { followRun } from "../client/follow-run.js";
import { RequestError } from "../client/request-error.js";
import type { ServiceClient } from "../client/service-client.js";
import { foldProgress, type RunView } from "./run-view.js";
import type { StepCode } from "./step-code.js";

/** The run that a notebook shows: the one going on, else the last. */
export class RunFeed {
  readonly #client: ServiceClient;
  readonly #path: () => string;
  readonly #changed = new Signal<this, void>(this);
  readonly #ended = new Signal<this, RunView>(this);
  #view: RunView | null = null;
  #starting = false;
  #cancelling = false;
  #code: StepCode | null = null;
  #leave: (() => void) | null = null;
  #timer = 0;
  #disposed = false;

  constructor(client: ServiceClient, path: () => string) {
    this.#client = client;
    this.#path = path;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** A run that this page saw going on is over. */
  get ended(): ISignal<this, RunView> {
    return this.#ended;
  }

  get view(): RunView | null {
    return this.#view;
  }

  get active(): boolean {
    return this.#starting || this.#view?.document.status === "running";
  }

  /** A run was asked for and is not there yet. */
  get starting(): boolean {
    return this.#starting;
  }

  get cancelling(): boolean {
    return this.#cancelling;
  }

  /** The code that the run shown ran, or null where that is not known. */
  get code(): StepCode | null {
    return this.#code;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Starts a run and follows it. Throws a RequestError where the service refuses. */
  async start(params: Readonly<Record<string, unknown>>, code: StepCode): Promise<void> {
    if (this.active) return;
    this.#starting = true;
    this.#changed.emit();
    try {
      const { run } = await this.#client.startRun({ notebook: this.#path(), params });
      this.#code = code;
      this.#follow(run);
    } catch (error) {
      this.#starting = false;
      this.#changed.emit();
      throw error;
    }
  }

  async cancel(): Promise<void> {
    const run = this.#view?.document.run;
    if (run === undefined || !this.active || this.#cancelling) return;
    this.#cancelling = true;
    this.#changed.emit();
    try {
      await this.#client.cancelRun(run);
    } finally {
      this.#cancelling = false;
      this.#changed.emit();
    }
  }

  /** Shows the notebook's newest pipeline run, following it where it goes on. Waits until the service answers. */
  async findLast(attempt = 0): Promise<void> {
    if (this.#disposed || this.active) return;
    try {
      const { runs } = await this.#client.runs(this.#path());
      const last = runs.find((run) => run.kind === "pipeline");
      if (last === undefined || this.active || last.run === this.#view?.document.run) return;
      if (last.status === "running") {
        this.#code = null;
        return this.#follow(last.run);
      }
      const [document, code] = await Promise.all([
        this.#client.run(last.run, this.#path()),
        this.#client.runCode(last.run, this.#path()),
      ]);
      if (this.active) return;
      this.#code = code.steps;
      this.#set(foldProgress(null, { kind: "run", document }, Date.now()));
    } catch (error) {
      // Nobody asked for this: a notebook not saved yet or a run that is gone is no news.
      if (!(error instanceof RequestError) || !error.unreachable) return;
      this.#timer = window.setTimeout(() => void this.findLast(attempt + 1), backoffMs(attempt));
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#leave?.();
    window.clearTimeout(this.#timer);
    Signal.clearData(this);
  }

  #follow(run: string): void {
    this.#leave?.();
    this.#leave = followRun(this.#client.eventsUrl(run, this.#path()), {
      progress: (progress) => {
        this.#starting = false;
        this.#set(foldProgress(this.#view, progress, Date.now()));
      },
      end: () => {
        this.#starting = false;
        this.#leave = null;
        this.#changed.emit();
        if (this.#view !== null && !this.#disposed) this.#ended.emit(this.#view);
      },
    });
  }

  #set(view: RunView | null): void {
    this.#view = view;
    if (!this.#disposed) this.#changed.emit();
  }
}
