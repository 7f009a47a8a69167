import { type ISignal, Signal } from "@lumino/signaling";
import type { OperationsReply } from "tagline/service/api";
import type { OperationsClient } from "../client/operations-client.js";

/** How things stand is asked this often while somebody looks, milliseconds; a slow service is asked less often. */
const LOOK_EVERY_MS = 2000;
const SLOWER_BY = 5;

/** A command on one thing (a schedule, a version…): what goes on, and what went wrong last. */
export interface Doing {
  /** Null: nothing goes on. */
  readonly verb: string | null;
  readonly problem: string | null;
}

const IDLE: Doing = { verb: null, problem: null };

export interface OperationsFeedOptions {
  readonly client: OperationsClient;
  /** Whether anybody can see the page. */
  readonly isVisible?: () => boolean;
  /** Clock and timer of the page; tests bring their own. */
  readonly now?: () => number;
  readonly setTimer?: (callback: () => void, ms: number) => number;
  readonly clearTimer?: (timer: number) => void;
}

/** Schedules, models, deployments and drift of a notebook's project: asked again while somebody looks, changed by commands. */
export class OperationsFeed {
  readonly client: OperationsClient;
  readonly #options: Required<Omit<OperationsFeedOptions, "client">>;
  readonly #changed = new Signal<this, void>(this);
  readonly #doing = new Map<string, Doing>();
  #reply: OperationsReply | null = null;
  #problem: string | null = null;
  #watchers = 0;
  #timer = 0;
  /** Answers to questions asked before the last command are old news. */
  #age = 0;
  #asking = false;
  #again = false;

  constructor({ client, ...options }: OperationsFeedOptions) {
    this.client = client;
    this.#options = {
      isVisible: () => !document.hidden,
      now: () => performance.now(),
      setTimer: (callback, ms) => window.setTimeout(callback, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
      ...options,
    };
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The last answer; null until the first. */
  get reply(): OperationsReply | null {
    return this.#reply;
  }

  /** Why the last question had no answer. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Of a thing, named as the commands name it. */
  doing(subject: string): Doing {
    return this.#doing.get(subject) ?? IDLE;
  }

  forget(subject: string): void {
    if (this.#doing.delete(subject)) this.#changed.emit();
  }

  /** Asks at once and again and again. Returns how to stop. */
  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1) void this.#look();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.#watchers--;
      if (this.#watchers === 0) this.#options.clearTimer(this.#timer);
    };
  }

  /** Asks once, now. */
  async refresh(): Promise<void> {
    const age = this.#age;
    try {
      const reply = await this.client.read();
      if (age === this.#age) this.#take(reply);
    } catch (error) {
      if (age === this.#age) this.#fail(messageOf(error));
    }
  }

  /** Sends a command on a thing, one at a time. Its answer, or null where it failed: the reason is then in `doing()`. */
  async command<T extends object>(subject: string, verb: string, send: () => Promise<T>): Promise<T | null> {
    if (this.doing(subject).verb !== null) return null;
    this.#tell(subject, { verb, problem: null });
    try {
      const reply = await send();
      this.#age++;
      this.#doing.delete(subject);
      if (isOperations(reply)) this.#take(reply);
      else this.#changed.emit();
      void this.#look();
      return reply;
    } catch (error) {
      this.#tell(subject, { verb: null, problem: messageOf(error) });
      void this.#look(); // what stands there may be what was wrong
      return null;
    }
  }

  dispose(): void {
    this.#watchers = 0;
    this.#options.clearTimer(this.#timer);
    Signal.clearData(this);
  }

  async #look(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#options.clearTimer(this.#timer);
    if (this.#watchers === 0) return;
    this.#asking = true;
    let tookMs = 0;
    do {
      this.#again = false;
      if (!this.#options.isVisible()) break;
      const startedMs = this.#options.now();
      await this.refresh();
      tookMs = this.#options.now() - startedMs;
    } while (this.#again && this.#watchers > 0);
    this.#asking = false;
    if (this.#watchers === 0) return;
    this.#timer = this.#options.setTimer(() => void this.#look(), Math.max(LOOK_EVERY_MS, tookMs * SLOWER_BY));
  }

  #take(reply: OperationsReply): void {
    const same = this.#problem === null && JSON.stringify(reply) === JSON.stringify(this.#reply);
    this.#reply = reply;
    this.#problem = null;
    if (!same) this.#changed.emit();
  }

  #fail(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#changed.emit();
  }

  #tell(subject: string, doing: Doing): void {
    this.#doing.set(subject, doing);
    this.#changed.emit();
  }
}

function isOperations(reply: object): reply is OperationsReply {
  return "schedules" in reply && "deployments" in reply;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
