/** How many values are looked at before a column counts as empty. */
const PROBED = 1000;

/** `number`, `string`, `boolean`, `date`, `bigint`, `object`, or `unknown` where nothing but gaps was found. */
export function columnType(column: unknown): string {
  if (typeof column !== "object" || column === null) return "unknown";
  // Arquero columns have `length` and `at`; plain arrays and typed arrays have both too.
  const { length, at } = column as { length?: unknown; at?: unknown };
  if (typeof length !== "number" || typeof at !== "function") return "unknown";
  for (let i = 0; i < Math.min(length, PROBED); i += 1) {
    const value: unknown = at.call(column, i);
    if (value === null || value === undefined) continue;
    return value instanceof Date ? "date" : typeof value;
  }
  return "unknown";
}
