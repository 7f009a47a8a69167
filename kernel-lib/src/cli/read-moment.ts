import { ageMs } from "../lineage/age-ms.js";
import { UsageError } from "../pipeline/run/usage-error.js";

/**
 * A moment as a flag names it: an age such as `30m`, `12h` or `90d`, counted back from now, or a date (ISO 8601).
 *
 * @returns milliseconds since 1970
 * @throws UsageError for anything else
 */
export function readMoment(text: string, flag: string, nowMs: number = Date.now()): number {
  const age = ageMs(text);
  if (age !== null) return nowMs - age;
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    throw new UsageError(
      `Cannot read ${flag} ${text}: it takes an age such as 12h or 90d, or a date such as 2026-10-01`,
    );
  return moment;
}
