/** Tracking may fail; the cell may not. */
export function safely<T>(body: () => T, otherwise: T): T {
  try {
    return body();
  } catch {
    return otherwise;
  }
}
