import { airflowCron } from "../airflow/airflow-schedule.js";
import type { ProjectSchedule } from "../project-schedules.js";

/** The crons that a workflow can have, and a sentence for each schedule that it cannot have as it is. */
export function actionsSchedules(schedules: readonly ProjectSchedule[]): {
  readonly crons: readonly string[];
  readonly problems: readonly string[];
} {
  const crons: string[] = [];
  const problems: string[] = [];
  for (const { id, cron, timeZone, params, paused } of schedules) {
    const own = airflowCron(cron);
    const because =
      own === null || own.includes("#")
        ? "GitHub's cron has five fields, without seconds and the signs W, ? and #"
        : !/^(?:Etc\/)?(?:UTC|GMT|Zulu)$/.test(timeZone)
          ? `GitHub's cron is in UTC, and this one in ${timeZone}`
          : paused
            ? "it is paused"
            : Object.keys(params).length > 0
              ? `it gives values for ${Object.keys(params).join(", ")}, which GitHub's cron cannot`
              : null;
    if (because === null && own !== null) crons.push(own);
    else problems.push(`Schedule ${id} (${cron}) is not in the workflow: ${because ?? ""}. Add a cron by hand.`);
  }
  return { crons, problems };
}
