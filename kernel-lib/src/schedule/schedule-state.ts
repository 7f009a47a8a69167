import { FoldedLog } from "../lineage/folded-log.js";
import { type LogReader, openReader } from "../lineage/reader.js";
import { type RunSummary, summarizeRun } from "../lineage/runs.js";
import { nextRun } from "./next-run.js";
import type { Schedule } from "./schedule.js";
import { ScheduleFold } from "./schedule-fold.js";

export interface ScheduleState {
  readonly schedule: Schedule;
  /** The next moment, ISO 8601; null while it is paused and where none comes. */
  readonly next: string | null;
  /** The newest moment that fired, and what became of its run: null where the log has no such run. */
  readonly last: { readonly due: string; readonly run: string; readonly status: RunSummary["status"] | null } | null;
  readonly missed: Missed;
}

/** Moments of the last day that passed without being fired, because no service lived or the run before still went on. */
export interface Missed {
  readonly count: number;
  /** ISO 8601. */
  readonly newest: string | null;
}

const DAY_MS = 24 * 3_600_000;
/** A moment that passed just now may be on its way. */
const GRACE_MS = 5_000;
/** Of a schedule of seconds that has been missed all day, this many are counted. */
const MOST = 2_000;

export interface StateSources {
  readonly fold: ScheduleFold;
  /** Of the same project, up to date. */
  readonly reader: LogReader;
}

/** How the schedules stand, as the log tells it; whoever asks often keeps the sources open. */
export function scheduleStates(
  root: string,
  schedules: readonly Schedule[],
  now: Date,
  sources: StateSources = sourcesOf(root),
): ScheduleState[] {
  const { fold, reader } = sources;
  const statusOf = (run: string): RunSummary["status"] | null => {
    const record = reader.record(run);
    return record === undefined ? null : summarizeRun(record, () => reader.isLive(record)).status;
  };
  return schedules.map((schedule) => {
    const own = fold.fired(schedule.id);
    const last = own.reduce(
      (newest, event) => (newest === null || event.due > newest.due ? event : newest),
      own[0] ?? null,
    );
    return {
      schedule,
      next: schedule.paused ? null : (nextRun(schedule, now)?.toISOString() ?? null),
      last: last === null ? null : { due: last.due, run: last.run, status: statusOf(last.run) },
      missed: schedule.paused ? { count: 0, newest: null } : missed(schedule, new Set(own.map(({ due }) => due)), now),
    };
  });
}

function sourcesOf(root: string): StateSources {
  const reader = openReader(root);
  return { fold: new FoldedLog(reader, ["schedule.fired"], () => new ScheduleFold()).current(), reader };
}

function missed(schedule: Schedule, fired: ReadonlySet<string>, now: Date): Missed {
  const end = now.getTime() - GRACE_MS;
  let at = new Date(Math.max(Date.parse(schedule.activeSince), now.getTime() - DAY_MS));
  let [count, newest]: [number, string | null] = [0, null];
  while (count < MOST) {
    const moment = nextRun(schedule, at);
    if (moment === null || moment.getTime() > end) break;
    at = moment;
    if (fired.has(moment.toISOString())) continue;
    count += 1;
    newest = moment.toISOString();
  }
  return { count, newest };
}
