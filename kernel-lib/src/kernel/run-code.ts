import vm from "node:vm";
import { BreakPermit } from "./break-permit.js";
import { Interrupted } from "./stops.js";

/** A compiled cell: takes the session's bindings, resolves to `[value]` or undefined. */
export type CellFunction = (bindings: unknown) => Promise<readonly [unknown] | undefined>;

const callKey = Symbol.for("tagline.call");
/** Runs inside a script, because only a script's own run can be broken by SIGINT. */
const callScript = new vm.Script(`globalThis[Symbol.for("tagline.call")]()`);

/** Makes a function of a cell's code. Throws SyntaxError if V8 does not take it. */
export function loadCode(code: string, filename: string): CellFunction {
  // The compiler's contract: the code is one async function.
  return new vm.Script(code, { filename }).runInThisContext({ displayErrors: false }) as CellFunction;
}

/** Runs the code of one cell at a time, and can be told to stop waiting for it. */
export class CodeRunner {
  readonly #permit: BreakPermit;
  #stop: ((reason: unknown) => void) | null = null;

  constructor(permit = new BreakPermit()) {
    this.#permit = permit;
  }

  /** Resolves or rejects as `body` does; rejects with `Interrupted` if `interrupt` comes first. */
  async run<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#stop = reject;
        // A microtask of its own: if its code is stopped by force, nothing of the kernel's is below it on the stack. (In an
        // immediate, a timer or another callback of Node's such a stop would end the process.)
        queueMicrotask(() => {
          this.#permit.allow();
          try {
            callBreakable(body).then(resolve, reject);
          } catch (error) {
            reject(isInterruption(error) ? new Interrupted() : error);
          }
        });
      });
    } finally {
      this.#permit.forbid();
      this.#stop = null;
    }
  }

  /** Lets the running cell end with this error; nothing if none runs. */
  fail(error: unknown): void {
    this.#stop?.(error);
  }

  /** Gives up on the running cell. What it started goes on, but nobody waits for it. Returns false if none runs. */
  interrupt(): boolean {
    const stop = this.#stop;
    stop?.(new Interrupted());
    return stop !== null;
  }
}

function callBreakable<T>(body: () => Promise<T>): Promise<T> {
  Object.defineProperty(globalThis, callKey, { value: body, configurable: true });
  // The script gives back what `body` returns.
  return callScript.runInThisContext({ breakOnSigint: true, displayErrors: false }) as Promise<T>;
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
