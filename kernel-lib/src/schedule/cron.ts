import { Cron } from "croner";
import { UsageError } from "../pipeline/run/usage-error.js";

/** A cron expression, read. It knows clock faces only: what a zone does with them is `nextRun`'s. */
export interface CronPattern {
  /** The next face after this one, both given as if they were UTC; null if there is none. */
  nextWall(wallMs: number): number | null;
  /** True if it names hours of the day; false if it means every hour or every so many. */
  readonly namesHours: boolean;
}

/** @throws {UsageError} if it is none */
export function readCron(cron: string): CronPattern {
  const known = patterns.get(cron);
  if (known !== undefined) return known;
  const fields = cron.trim().split(/\s+/);
  const isWord = fields.length === 1 && cron.trim().startsWith("@");
  // croner takes dates and years too, which do not repeat.
  if (!isWord && fields.length !== 5 && fields.length !== 6) {
    throw new UsageError(
      `Cannot read cron expression "${cron}": it needs five fields (minute hour day month weekday), or six with seconds first.`,
    );
  }
  const pattern = patternOf(cron, isWord ? cron.trim() !== "@hourly" : !fields.at(-4)?.startsWith("*"));
  patterns.set(cron, pattern);
  return pattern;
}

const patterns = new Map<string, CronPattern>();

function patternOf(cron: string, namesHours: boolean): CronPattern {
  try {
    // By an offset, not by the zone UTC, which takes croner thirty times as long.
    const job = new Cron(cron.trim(), { utcOffset: 0, paused: true });
    return { namesHours, nextWall: (wallMs) => job.nextRun(new Date(wallMs))?.getTime() ?? null };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^\w+: /, "").replace(/\.$/, "") : String(cause);
    throw new UsageError(`Cannot read cron expression "${cron}": ${reason}.`, { cause });
  }
}
