/** The person interrupted the cell. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was interrupted");
  }
}

/** The cell called `process.exit`, or something else that ends a process. */
export class ProcessExit extends Error {
  override readonly name = "ProcessExit";
  readonly code: number;

  constructor(code: number, call = `process.exit(${code})`) {
    super(`${call} ends this cell; the kernel goes on. To end the kernel, use the Kernel menu.`);
    this.code = code;
  }
}
