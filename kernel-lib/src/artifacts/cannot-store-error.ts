/** A value that has no bytes: a function, a promise, a socket. Its message names the place and the way out. */
export class CannotStoreError extends Error {
  override readonly name = "CannotStoreError";
  /** Where it sits: `model.transform`, `rows[3].callback`. */
  readonly path: string;

  constructor(path: string, reason: string, wayOut: string) {
    super(`Cannot store ${path}: ${reason}. ${wayOut}`);
    this.path = path;
  }
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** `path` with one more property, as a person would write it. */
export function propertyPath(path: string, key: string): string {
  return PLAIN_KEY.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
