/** A day, or a moment of one, in ISO 8601. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** True for `2024-12-31` and `2024-12-31T08:00:00Z`, false for `2024-02-30`. */
export function isDateText(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const [, year, month, day] = ISO.exec(value) ?? [];
  if (year === undefined || Number.isNaN(Date.parse(value))) return false;
  // `Date` takes the 30th of February for the 1st of March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
