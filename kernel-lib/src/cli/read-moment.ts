import { UsageError } from "../pipeline/run/usage-error.js";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/**
 * A moment as a flag names it: an age such as `30m`, `12h` or `90d`, counted back from now, or a date (ISO 8601).
 *
 * @returns milliseconds since 1970
 * @throws UsageError for anything else
 */
export function readMoment(text: string, flag: string, nowMs: number = Date.now()): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    throw new UsageError(
      `Cannot read ${flag} ${text}: it takes an age such as 12h or 90d, or a date such as 2026-10-01`,
    );
  return moment;
}
