/** What the service answered, or that it did not. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** A code of service/errors.ts; `unreachable` where the service did not answer itself. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get unreachable(): boolean {
    return this.code === "unreachable";
  }
}
