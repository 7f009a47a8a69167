import { ulid } from "ulid";
import type { CellTrace } from "./cell-trace.js";
import type { ModelRegistered, RunEnvironment, ValuesHashed } from "./events.js";
import type { LineageLog } from "./open-log.js";
import { markSession } from "./session-mark.js";

export interface SessionLogOptions {
  readonly open: () => LineageLog;
  /** As `RunStarted` has it. */
  readonly notebook: string | null;
  readonly executed?: string;
  readonly environment: Promise<RunEnvironment>;
  readonly clock?: () => Date;
}

/** Writes what the session's cells did to the lineage log, each before its reply is sent. */
export class SessionLog {
  readonly #options: SessionLogOptions;
  readonly run = ulid();
  readonly #startedMs = performance.now();
  #log: LineageLog | null = null;
  #paused = false;

  constructor(options: SessionLogOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the cell is safely in the log, or could not be written: then with a sentence that says so, the
   * first time only, or says that writing works again.
   */
  async cellFinished(count: number, trace: CellTrace): Promise<string | null> {
    try {
      const log = await this.#open();
      log.append({ kind: "cell.finished", run: this.run, count, trace });
      await log.commit();
    } catch (error) {
      if (this.#paused) return null;
      this.#paused = true;
      return `Tracking is paused: ${error instanceof Error ? error.message : String(error)}. The cells themselves go on working.`;
    }
    if (!this.#paused) return null;
    this.#paused = false;
    return "Tracking goes on.";
  }

  /** Resolves once the event is safely in the log; rejects if it could not be written. */
  async record(event: ModelRegistered | ValuesHashed): Promise<void> {
    const log = await this.#open();
    log.append(event);
    await log.commit();
  }

  async close(): Promise<void> {
    if (this.#log === null) return;
    this.#log.append({
      kind: "run.finished",
      run: this.run,
      status: "succeeded",
      at: this.#now(),
      durationMs: performance.now() - this.#startedMs,
    });
    await this.#log.close();
  }

  async #open(): Promise<LineageLog> {
    if (this.#log !== null) return this.#log;
    const { open, notebook, executed, environment } = this.#options;
    const known = await environment;
    const log = open();
    log.append({
      kind: "run.started",
      run: this.run,
      runKind: "session",
      notebook,
      at: this.#now(),
      params: {},
      environment: known,
      ...(executed === undefined ? {} : { executed }),
    });
    this.#log = log;
    if (notebook !== null) markSession(log.root, notebook);
    return log;
  }

  #now(): string {
    return (this.#options.clock?.() ?? new Date()).toISOString();
  }
}
