import type { ProjectSchedule } from "../project-schedules.js";

/** What Airflow makes of a notebook's schedules. */
export interface AirflowSchedule {
  readonly cron: string;
  readonly timeZone: string;
  readonly paused: boolean;
  readonly params: Readonly<Record<string, string>>;
}

/** The schedule that the DAG gets, if any, and a sentence for each that it cannot have as it is. */
export function airflowSchedule(schedules: readonly ProjectSchedule[]): {
  readonly schedule: AirflowSchedule | null;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  let chosen: AirflowSchedule | null = null;
  for (const { id, cron, timeZone, paused, params } of schedules) {
    const own = airflowCron(cron);
    if (own === null)
      problems.push(
        `Schedule ${id} (${cron}) is not in the DAG: Airflow's cron has five fields, without seconds and the letters W and ?. Change it with: tagline schedule`,
      );
    else if (chosen !== null)
      problems.push(`Schedule ${id} (${cron}) is not in the DAG: a DAG has one, and there is one before it.`);
    else {
      chosen = { cron: own, timeZone, paused, params };
      if (Object.keys(params).length > 0)
        problems.push(
          `Schedule ${id} gives values for ${Object.keys(params).join(", ")}: they are the DAG's defaults, by hand as well.`,
        );
    }
  }
  return { schedule: chosen, problems };
}

const WORDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** In five fields as croniter reads them; null where it cannot say the same. */
export function airflowCron(cron: string): string | null {
  const text = cron.trim();
  if (text.startsWith("@")) return WORDS[text.toLowerCase()] ?? null;
  let fields = text.split(/\s+/);
  if (fields.length === 6) {
    if (fields[0] !== "0" && fields[0] !== "00") return null;
    fields = fields.slice(1);
  }
  if (fields.length !== 5) return null;
  // Letters of croner's own; names of days and months are both's.
  const rest = fields
    .join(" ")
    .replaceAll(/\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b/gi, "");
  return /^[\d*/,\-\s#]*$/.test(rest) ? fields.join(" ") : null;
}
