/** A name that nothing, or more than one thing, goes by. The message lists what may be meant. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
  /** Full names (`metric:accuracy`), to be asked for instead. */
  readonly candidates: readonly string[];

  constructor(message: string, candidates: readonly string[]) {
    super(message);
    this.candidates = candidates;
  }
}
