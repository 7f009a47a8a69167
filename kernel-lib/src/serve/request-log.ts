import type { RequestServed } from "../lineage/events.js";
import type { LineageLog } from "../lineage/open-log.js";

export interface RequestLogOptions {
  /** Requests are on disk at the latest so long after they were answered. */
  readonly everyMs?: number;
  /** Told once when the log cannot be written, and once when it can again. */
  readonly onText?: (text: string) => void;
}

/** Notes answered requests in a server's own segment, many to a batch. A log that cannot be written stops no answer. */
export class RequestLog {
  readonly #log: LineageLog;
  readonly #everyMs: number;
  readonly #onText: (text: string) => void;
  #timer: NodeJS.Timeout | null = null;
  /** Requests that went unnoted since the log broke. */
  #lost: number | null = null;

  constructor(log: LineageLog, { everyMs = 1000, onText = () => {} }: RequestLogOptions = {}) {
    this.#log = log;
    this.#everyMs = everyMs;
    this.#onText = onText;
  }

  add(event: RequestServed): void {
    if (this.#lost !== null) this.#lost += 1;
    else this.#log.append(event);
    this.#timer ??= setTimeout(() => void this.flush(), this.#everyMs);
  }

  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      await this.#log.commit();
      if (this.#lost !== null) this.#onText(`The log can be written again; ${this.#lost} requests are not in it.\n`);
      this.#lost = null;
    } catch (error) {
      if (this.#lost === null) {
        this.#onText(
          `${error instanceof Error ? error.message : String(error)}. Requests are answered, but not noted.\n`,
        );
      }
      this.#lost ??= 0;
    }
  }

  async close(): Promise<void> {
    await this.flush();
    try {
      await this.#log.close();
    } catch {
      // Told by `flush`.
    }
  }
}
