import type { Notebook } from "tagline/notebook";
import type { Diagnostic, FactsReply, FactsRequest } from "tagline/service/api";
import { backoffMs } from "../client/backoff.js";
import { RequestError } from "../client/request-error.js";
import { FactsShelf } from "./facts-shelf.js";

export interface FactsFeedOptions {
  readonly ask: (request: FactsRequest) => Promise<FactsReply>;
  /** The shelf holds something new. */
  readonly onNews: () => void;
  /** The service refused, for another reason than being away. */
  readonly onRefused: (message: string) => void;
  /** Timer of the page; tests bring their own. */
  readonly setTimer?: (callback: () => void, ms: number) => number;
  readonly clearTimer?: (timer: number) => void;
}

/** A pause in typing this long asks the service, milliseconds. */
const DEBOUNCE_MS = 150;

/** Keeps the facts of one notebook up to date: names of what changed first, then types of all, one question at a time. */
export class FactsFeed {
  readonly shelf = new FactsShelf();
  readonly #options: Required<FactsFeedOptions>;
  #wanted: Notebook | null = null;
  #observed: readonly Diagnostic[] = [];
  #timer = 0;
  #asking = false;
  #attempt = 0;
  #closed = false;

  constructor(options: FactsFeedOptions) {
    this.#options = {
      setTimer: (callback, ms) => window.setTimeout(callback, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
      ...options,
    };
  }

  /** The notebook reads like this now. */
  update(notebook: Notebook): void {
    const first = this.#wanted === null;
    this.#wanted = notebook;
    if (!this.#asking) this.#schedule(first ? 0 : DEBOUNCE_MS);
  }

  /** The session did something: what it says against the graph may be another thing now. */
  refresh(): void {
    if (this.#wanted === null) return;
    // Another object, so that a round under way is followed by one more.
    this.update({ ...this.#wanted });
  }

  /** Where the notebook's session disagrees with what its code declares, as of the last answer. */
  get observed(): readonly Diagnostic[] {
    return this.#observed;
  }

  close(): void {
    this.#closed = true;
    this.#options.clearTimer(this.#timer);
  }

  #schedule(ms: number): void {
    this.#options.clearTimer(this.#timer);
    if (!this.#closed) this.#timer = this.#options.setTimer(() => void this.#round(), ms);
  }

  async #round(): Promise<void> {
    const notebook = this.#wanted;
    if (notebook === null || this.#closed) return;
    this.#asking = true;
    let next: number | null = null;
    try {
      await this.#ask(notebook);
      this.#attempt = 0;
    } catch (error) {
      if (error instanceof RequestError && error.unreachable) next = backoffMs(this.#attempt++);
      else this.#options.onRefused(error instanceof Error ? error.message : String(error));
    }
    this.#asking = false;
    if (next !== null) this.#schedule(next);
    else if (this.#wanted !== notebook) this.#schedule(DEBOUNCE_MS);
  }

  async #ask(notebook: Notebook): Promise<void> {
    const code = notebook.cells.filter((cell) => cell.kind === "code");
    const missing = this.shelf.missing(code);
    const sent = (cells: typeof code) => cells.map(({ id, source, tags, index }) => ({ id, source, tags, index }));
    if (missing.length > 0) {
      this.shelf.addBound(
        missing,
        await this.#options.ask({ notebook: notebook.path, cells: sent(missing), speed: "bind" }),
      );
      this.#tell();
    }
    if (this.#wanted !== notebook) return; // typed on meanwhile: types of this text are of no use
    const reply = await this.#options.ask({
      notebook: notebook.path,
      cells: sent(code),
      speed: "check",
      known: this.shelf.known(code),
    });
    this.shelf.addChecked(code, reply);
    this.#observed = reply.observed ?? [];
    this.#tell();
  }

  #tell(): void {
    if (!this.#closed) this.#options.onNews();
  }
}
