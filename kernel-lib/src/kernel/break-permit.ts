/**
 * Says to the wire's thread whether the code that blocks the kernel's thread may be stopped by force. It may while a cell
 * runs, and while nothing is asked of the kernel (what blocks it then is a callback of some cell), but never while
 * the kernel itself is at work.
 */
export class BreakPermit {
  /** One Int32: 1 if it may. */
  readonly shared = new SharedArrayBuffer(4);
  readonly #flag = new Int32Array(this.shared);

  #closed = false;

  allow(): void {
    if (!this.#closed) Atomics.store(this.#flag, 0, 1);
  }

  forbid(): void {
    Atomics.store(this.#flag, 0, 0);
  }

  /** The kernel says goodbye: nothing may be stopped from here on. */
  close(): void {
    this.#closed = true;
    this.forbid();
  }
}
