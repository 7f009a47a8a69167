import { readCron } from "./cron.js";
import type { Schedule } from "./schedule.js";
import { offsetMs } from "./time-zone.js";

export type Timing = Pick<Schedule, "cron" | "timeZone">;

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** No clock is set back by more. */
const LARGEST_CHANGE_MS = 4 * HOUR_MS;
/** Two changes of a zone's clocks are further apart than this. */
const STEP_MS = 7 * 24 * HOUR_MS;

/**
 * The first moment after `from`; null if there is none (30 February). Where clocks change it does what Vixie's cron
 * does. An expression that names hours comes once for each of its faces: one that is skipped comes when the clock jumps,
 * one that is shown twice comes the first time. One for every hour or every so many goes on in real time.
 *
 * @throws {UsageError} if the cron expression is none
 */
export function nextRun({ cron, timeZone }: Timing, from: Date): Date | null {
  const { nextWall, namesHours } = readCron(cron);
  let after = from.getTime();
  let offset = offsetMs(after, timeZone);
  let since = after;
  if (namesHours) after = pastSecondShowing(after, offset, timeZone);
  for (;;) {
    const wall = nextWall(after + offset);
    if (wall === null) return null;
    const change = changeBetween(since, wall - offset, timeZone);
    if (change === null) return new Date(wall - offset);
    const next = offsetMs(change, timeZone);
    if (namesHours && wall < change + next) return new Date(change);
    // From the second before, so that the face that the clock is set to is still to come.
    after = change - SECOND_MS + (namesHours ? Math.max(0, offset - next) : 0);
    since = change;
    offset = next;
  }
}

/** The next moments, `count` at most. */
export function nextRuns(timing: Timing, from: Date, count: number): Date[] {
  const moments: Date[] = [];
  for (let at = nextRun(timing, from); at !== null && moments.length < count; at = nextRun(timing, at))
    moments.push(at);
  return moments;
}

/** The same instant; or while the clock shows for the second time what it has shown, the last second of that. */
function pastSecondShowing(ms: number, offset: number, timeZone: string): number {
  const earlier = ms - LARGEST_CHANGE_MS;
  const before = offsetMs(earlier, timeZone);
  const change = before > offset ? changeBetween(earlier, ms, timeZone) : null;
  return change === null ? ms : Math.max(ms, change + before - offset - SECOND_MS);
}

/** The first instant after `start`, and not after `end`, from which the zone's clocks show another offset; or null. */
function changeBetween(start: number, end: number, timeZone: string): number | null {
  const offset = offsetMs(start, timeZone);
  for (let from = start; from < end; from += STEP_MS) {
    let [same, other] = [from, Math.min(from + STEP_MS, end)];
    if (offsetMs(other, timeZone) === offset) continue;
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (offsetMs(middle, timeZone) === offset) same = middle;
      else other = middle;
    }
    return other;
  }
  return null;
}
