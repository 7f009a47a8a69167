/**
 * Something that the person asked for cannot be done as asked (a missing file, an unknown parameter).
 * Its message is a whole sentence for them; commands print it without a stack and exit with 2.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
