import type { ColumnProfile } from "../lineage/cell-trace.js";

/** More different values than this are not counted. */
const MOST_DISTINCT = 1000;

/** Profiles the given rows of a column (anything with `at`), or null for anything else. */
export function profileColumn(column: unknown, rows: readonly number[]): ColumnProfile | null {
  if (typeof column !== "object" || column === null) return null;
  const { at } = column as { at?: unknown };
  if (typeof at !== "function") return null;
  const distinct = new Set<unknown>();
  let gaps = 0;
  let [sum, numbers] = [0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [dates, objects] = [0, 0];
  for (const row of rows) {
    const value: unknown = at.call(column, row);
    const time = value instanceof Date ? value.getTime() : null;
    if (value === null || value === undefined || Number.isNaN(time ?? value)) {
      gaps += 1;
      continue;
    }
    if (time !== null) dates += 1;
    else if (typeof value === "number") {
      numbers += 1;
      sum += value;
    } else if (typeof value === "object") objects += 1;
    const plain = time ?? value;
    if (distinct.size <= MOST_DISTINCT) distinct.add(plain);
    if (typeof plain === "number") {
      if (plain < min) min = plain;
      if (plain > max) max = plain;
    }
  }
  const filled = rows.length - gaps;
  return {
    seen: rows.length,
    gaps,
    distinct: objects > 0 || distinct.size > MOST_DISTINCT ? null : distinct.size,
    ...(filled > 0 && numbers === filled && Number.isFinite(sum) ? { min, max, mean: sum / numbers } : {}),
    ...(filled > 0 && dates === filled ? { min: new Date(min).toISOString(), max: new Date(max).toISOString() } : {}),
  };
}
