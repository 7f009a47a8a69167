/** The person interrupted the cell. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was interrupted");
  }
}

/** The cell called `process.exit`. */
export class ProcessExit extends Error {
  override readonly name = "ProcessExit";
  readonly code: number;

  constructor(code: number) {
    super(`process.exit(${code}) ends this cell; the kernel goes on. To end the kernel, use the Kernel menu.`);
    this.code = code;
  }
}
