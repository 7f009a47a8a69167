import { Worker } from "node:worker_threads";
import type { Answer } from "./answer-rows.js";
import type { Predictor } from "./predictor.js";

/** What the thread is started with. */
export interface ThreadTask {
  readonly root: string;
  readonly model: string;
  readonly id: string;
}

export interface Question {
  readonly id: number;
  readonly rows: readonly unknown[];
}

export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "cannot-load"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer };

export interface ThreadOptions {
  /** For one request. */
  readonly timeoutMs?: number;
  /** Told of lines that the model prints, and of restarts. */
  readonly onText?: (text: string) => void;
}

interface Waiting extends Question {
  readonly resolve: (answer: Answer) => void;
}

/**
 * A version in a thread of its own, so that a model that is busy, loops for ever or calls process.exit() stops neither
 * health checks nor the server. It answers one request after the other; after a request that ended or outstayed it, a new
 * thread goes on with those that waited behind.
 */
export class PredictorThread implements Predictor {
  readonly #task: ThreadTask;
  readonly #timeoutMs: number;
  readonly #onText: (text: string) => void;
  #worker: Worker | null = null;
  #state: Predictor["state"] = "loading";
  #problem: string | null = null;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** In the order in which they came; the thread is at the first. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #loaded: ((problem: string | null) => void)[] = [];

  constructor(task: ThreadTask, { timeoutMs = 30_000, onText = () => {} }: ThreadOptions = {}) {
    this.#task = task;
    this.#timeoutMs = timeoutMs;
    this.#onText = onText;
    this.#start();
  }

  get state(): Predictor["state"] {
    return this.#state;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Resolves when the model can answer; rejects with a sentence when it cannot be loaded. */
  async loaded(): Promise<void> {
    const problem =
      this.#state === "loading"
        ? await new Promise<string | null>((resolve) => this.#loaded.push(resolve))
        : this.#problem;
    if (problem !== null) throw new Error(problem);
  }

  predict(rows: readonly unknown[]): Promise<Answer> {
    // What kept it from loading may be mended by now.
    if (this.#state === "failed" && !this.#closed) this.#start();
    return new Promise((resolve) => {
      const id = ++this.#count;
      const waiting = { id, rows, resolve };
      this.#waiting.set(id, waiting);
      if (this.#state !== "ready") return;
      this.#ask(waiting);
      if (this.#waiting.size === 1) this.#watchFirst();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#giveUp("Cannot predict: the server stops");
  }

  #start(): void {
    this.#state = "loading";
    this.#problem = null;
    const worker = new Worker(new URL("./predictor-worker.js", import.meta.url), {
      workerData: this.#task,
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.#onText(text));
    }
    worker.on("message", (message: ThreadMessage) => {
      if (this.#worker === worker) this.#hear(message);
    });
    let reason = "its thread ended, as by process.exit()";
    worker.on("error", (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => {
      if (this.#worker === worker) this.#lost("predict_failed", `Cannot predict: ${reason}`);
    });
  }

  #ask({ id, rows, resolve }: Waiting): void {
    try {
      this.#worker?.postMessage({ id, rows } satisfies Question);
    } catch (error) {
      // Lists in lists in lists, thousands deep, cannot cross to a thread.
      this.#waiting.delete(id);
      const message = `Cannot read the row: ${error instanceof Error ? error.message : String(error)}`;
      resolve({ kind: "failed", code: "invalid_row", message, row: 0 });
    }
  }

  #hear(message: ThreadMessage): void {
    if (message.kind === "cannot-load") {
      this.#fail(message.message);
    } else if (message.kind === "ready") {
      this.#state = "ready";
      this.#tellLoaded();
      for (const waiting of this.#waiting.values()) this.#ask(waiting);
      this.#watchFirst();
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.resolve(message.answer);
      this.#watchFirst();
    }
  }

  /** The thread is gone. It was at the first request, whose fault that is; the others wait for the next thread. */
  #lost(code: "predict_failed" | "predict_timeout", message: string): void {
    this.#stopWatching();
    this.#worker = null;
    if (this.#state === "loading") return this.#fail(message.replace("predict", "load the model"));
    const [first] = this.#waiting.values();
    if (first !== undefined) {
      this.#waiting.delete(first.id);
      first.resolve({ kind: "failed", code, message, row: 0 });
    }
    this.#onText(`${message}. Starting the model again.\n`);
    if (!this.#closed) this.#start();
  }

  #fail(problem: string): void {
    this.#state = "failed";
    this.#problem = problem;
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
    this.#tellLoaded();
    this.#giveUp(problem);
  }

  #giveUp(message: string): void {
    for (const { resolve } of this.#waiting.values()) resolve({ kind: "failed", code: "not_ready", message, row: 0 });
    this.#waiting.clear();
  }

  #tellLoaded(): void {
    for (const tell of this.#loaded.splice(0)) tell(this.#problem);
  }

  #watchFirst(): void {
    this.#stopWatching();
    if (this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => {
      const worker = this.#worker;
      this.#lost("predict_timeout", `Cannot predict: the model worked longer than ${this.#timeoutMs / 1000} s`);
      void worker?.terminate();
    }, this.#timeoutMs);
  }

  #stopWatching(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
