import { checkTimeZone, localTimeZone, nextRuns } from "../../schedule/index.js";
import { ServiceError } from "../errors.js";
import type { CronReply } from "../operations-api.js";
import { told } from "../told.js";

/** The next three moments of an expression. @throws {ServiceError} `bad-schedule`, saying what is wrong with it */
export function previewCron(cron: string, timeZone: string | undefined, now: Date): Promise<CronReply> {
  const zone = timeZone === undefined || timeZone === "" ? localTimeZone() : timeZone;
  return told("bad-schedule", () => {
    checkTimeZone(zone);
    const next = nextRuns({ cron, timeZone: zone }, now, 3).map((moment) => moment.toISOString());
    if (next.length === 0)
      throw new ServiceError("bad-schedule", `Cannot schedule "${cron}": that moment never comes.`);
    return { next, timeZone: zone };
  });
}
