import type { EventEnvelope, ScheduleFired } from "../lineage/events.js";
import type { EventFold } from "../lineage/folded-log.js";

/** Folds the moments that fired out of the log, by schedule. */
export class ScheduleFold implements EventFold {
  readonly #fired = new Map<string, ScheduleFired[]>();

  add(events: readonly EventEnvelope[]): void {
    for (const { event } of events) {
      if (event.kind !== "schedule.fired") continue;
      const fired = this.#fired.get(event.schedule);
      if (fired === undefined) this.#fired.set(event.schedule, [event]);
      else fired.push(event);
    }
  }

  fired(schedule: string): readonly ScheduleFired[] {
    return this.#fired.get(schedule) ?? [];
  }
}
