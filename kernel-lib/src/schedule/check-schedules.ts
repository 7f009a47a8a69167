import { UsageError } from "../pipeline/run/usage-error.js";
import { readCron } from "./cron.js";
import type { Schedule } from "./schedule.js";
import { checkTimeZone } from "./time-zone.js";

/** People may have edited them. @throws {UsageError} naming what is wrong, and where */
export function checkSchedules(value: unknown, path: string): readonly Schedule[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new UsageError(`Cannot read ${path}: "schedules" must be a list.`);
  const schedules = value.map((entry: unknown, index) => {
    try {
      return checkSchedule(entry);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError(`Cannot use schedule ${index + 1} in ${path}: ${reason}`, { cause });
    }
  });
  const ids = schedules.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new UsageError(`Cannot use ${path}: two schedules have the id ${twice}.`);
  return schedules;
}

function checkSchedule(entry: unknown): Schedule {
  if (typeof entry !== "object" || entry === null) throw new TypeError("it must be an object.");
  const fields: Readonly<Record<string, unknown>> = { ...entry };
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== "string" || value === "") throw new TypeError(`"${name}" must be a text.`);
    return value;
  };
  const activeSince = text("activeSince");
  if (Number.isNaN(Date.parse(activeSince))) throw new TypeError(`"activeSince" must be a date and time.`);
  const paused = fields["paused"] ?? false;
  if (typeof paused !== "boolean") throw new TypeError(`"paused" must be true or false.`);
  const params = Object.entries(fields["params"] ?? {}).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  readCron(text("cron"));
  checkTimeZone(text("timeZone"));
  return {
    id: text("id"),
    ...(fields["name"] === undefined ? {} : { name: text("name") }),
    notebook: text("notebook"),
    cron: text("cron"),
    timeZone: text("timeZone"),
    params: Object.fromEntries(params),
    paused,
    activeSince,
  };
}
