import type { ScheduleFired } from "./events.js";
import { LogTail } from "./read-log.js";

/** The moment of a schedule for which a run was begun, by the run's id. */
export function readFired(root: string): ReadonlyMap<string, ScheduleFired> {
  const fired = new Map<string, ScheduleFired>();
  new LogTail(root).refresh((events) => {
    for (const { event } of events) if (event.kind === "schedule.fired") fired.set(event.run, event);
  });
  return fired;
}
