import { basename } from "node:path";
import { nearest } from "../notebook/nearest.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { changeSchedules, readSchedules } from "./catalog.js";
import { disableHere, enableHere, isEnabledHere } from "./enabled-here.js";
import type { Schedule } from "./schedule.js";

/** No schedule goes by that id. */
export class UnknownScheduleError extends UsageError {}

/** Adds a schedule under a new id made of its name, else of its notebook's. */
export function addSchedule(
  root: string,
  draft: Omit<Schedule, "id" | "paused" | "activeSince">,
  now: Date,
): Promise<Schedule> {
  return changeSchedules(root, (schedules) => {
    const id = newId(
      draft.name ?? basename(draft.notebook, ".ipynb"),
      schedules.map((schedule) => schedule.id),
    );
    const result: Schedule = { id, ...draft, paused: false, activeSince: now.toISOString() };
    enableHere(root, { kind: "schedule", id });
    return { schedules: [...schedules, result], result };
  });
}

export function removeSchedule(root: string, id: string): Promise<Schedule> {
  return changeSchedules(root, (schedules) => {
    const result = find(schedules, id);
    disableHere(root, { kind: "schedule", id });
    return { schedules: schedules.filter((schedule) => schedule !== result), result };
  });
}

/** Pauses or resumes (and so turns on on this machine); what is so already stays as it is. Moments that pass while it is paused are not its own. */
export function setPaused(root: string, id: string, paused: boolean, now: Date): Promise<Schedule> {
  return changeSchedules(root, (schedules) => {
    const found = find(schedules, id);
    const entry = { kind: "schedule", id } as const;
    const isSo = found.paused === paused && (paused || isEnabledHere(root, entry));
    const result = isSo ? found : { ...found, paused, ...(paused ? {} : { activeSince: now.toISOString() }) };
    if (!paused) enableHere(root, entry);
    return { schedules: schedules.map((schedule) => (schedule === found ? result : schedule)), result };
  });
}

/** @throws {UnknownScheduleError} if there is none of that id */
export function findSchedule(root: string, id: string): Schedule {
  return find(readSchedules(root), id);
}

function find(schedules: readonly Schedule[], id: string): Schedule {
  const found = schedules.find((schedule) => schedule.id === id);
  if (found !== undefined) return found;
  const ids = schedules.map((schedule) => schedule.id);
  const near = nearest(id, ids);
  const hint =
    near !== null
      ? `did you mean ${near}?`
      : ids.length === 0
        ? "this project has no schedules. Add one: tagline schedule add NOTEBOOK --cron EXPRESSION"
        : `there are ${ids.join(", ")}.`;
  throw new UnknownScheduleError(`Cannot find schedule ${id}: ${hint}`);
}

function newId(name: string, taken: readonly string[]): string {
  const stem =
    name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "") || "schedule";
  let id = stem;
  for (let count = 2; taken.includes(id); count += 1) id = `${stem}-${count}`;
  return id;
}
