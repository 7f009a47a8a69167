import type { ScheduleFired } from "./events.js";
import type { LogReader } from "./reader.js";

/** The moment of a schedule for which a run was begun, by the run's id. */
export function readFired(reader: LogReader): ReadonlyMap<string, ScheduleFired> {
  const fired = new Map<string, ScheduleFired>();
  for (const { writer, start, end } of reader.rarePlaces(["schedule.fired"]))
    for (const { event } of reader.read(writer, [start, end]))
      if (event.kind === "schedule.fired") fired.set(event.run, event);
  return fired;
}
