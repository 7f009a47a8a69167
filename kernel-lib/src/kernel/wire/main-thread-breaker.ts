import { Session } from "node:inspector";

/** How long the kernel's thread may take to notice an interrupt before its code is stopped by force. */
const GRACE_MS = 150;

/**
 * Stops the code of the main thread where it blocks the loop, wherever it is. `finally` blocks are skipped, and a promise
 * that waits for that code never settles.
 */
export class MainThreadBreaker {
  readonly #permit: Int32Array;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;

  /** `permit`: see `BreakPermit`. */
  constructor(permit: SharedArrayBuffer) {
    this.#permit = new Int32Array(permit);
  }

  /** An interrupt was asked for and told to the main thread. */
  arm(): void {
    this.#armed = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#mayStop()) this.#stop();
    }, GRACE_MS);
  }

  /** The main thread noticed it by itself. */
  disarm(): void {
    this.#armed = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #mayStop(): boolean {
    return this.#armed && Atomics.load(this.#permit, 0) === 1;
  }

  #stop(): void {
    const session = new Session();
    session.connectToMainThread();
    session.post(
      "Runtime.evaluate",
      { expression: `globalThis[Symbol.for("tagline.prepareStop")]()` },
      (error, answer) => {
        if (error === null && answer.result.value === true && this.#mayStop())
          session.post("Runtime.terminateExecution", () => session.disconnect());
        else session.disconnect();
      },
    );
  }
}
