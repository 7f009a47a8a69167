import { Worker } from "node:worker_threads";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { FactsRequest } from "./api.js";

/** What the thread is asked. */
export type CompilerTask =
  | { readonly kind: "facts"; readonly folder: string; readonly cells: FactsRequest["cells"] }
  | { readonly kind: "prepare"; readonly notebook: string; readonly projectRoot: string };

/** What it answers: facts by cell id, or null for "prepared". */
export type CompilerAnswer =
  | { readonly id: number; readonly facts: ReadonlyMap<string, CellFacts> | null }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

interface Waiting {
  readonly resolve: (facts: ReadonlyMap<string, CellFacts> | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The type checker in a thread of its own, so that the service answers while a notebook is checked for the first time
 * (seconds, where it imports large libraries). Started at once, to load TypeScript meanwhile; again after a crash.
 */
export class CompilerThread {
  #worker: Worker | null = null;
  #count = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor() {
    this.#start();
  }

  /** Facts at `check` speed. */
  async facts(folder: string, cells: FactsRequest["cells"]): Promise<ReadonlyMap<string, CellFacts>> {
    return (await this.#ask({ kind: "facts", folder, cells })) ?? new Map();
  }

  /** Compiles a notebook as it lies on disk, so that a run finds it compiled. What is wrong with it the run itself will say. */
  async prepare(notebook: string, projectRoot: string): Promise<void> {
    await this.#ask({ kind: "prepare", notebook, projectRoot });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #ask(task: CompilerTask): Promise<ReadonlyMap<string, CellFacts> | null> {
    const worker = this.#worker ?? this.#start();
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...task });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./compiler-worker.js", import.meta.url));
    worker.unref();
    worker.on("message", (answer: CompilerAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ("error" in answer)
        waiting?.reject(Object.assign(new Error(answer.error.message), { name: answer.error.name }));
      else waiting?.resolve(answer.facts);
    });
    const lost = (why: Error): void => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(why);
      this.#waiting.clear();
    };
    worker.on("error", lost);
    worker.on("exit", () => lost(new Error("Cannot check the notebook: the compiler's thread ended.")));
    this.#worker = worker;
    return worker;
  }
}
