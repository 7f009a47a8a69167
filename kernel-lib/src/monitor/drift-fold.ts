import type { DriftChecked, EventEnvelope } from "../lineage/events.js";
import type { EventFold } from "../lineage/folded-log.js";

/** Folds the newest drift check of each model out of the log. */
export class DriftFold implements EventFold {
  readonly #newest = new Map<string, DriftChecked>();

  add(events: readonly EventEnvelope[]): void {
    for (const { event } of events) {
      if (event.kind !== "drift.checked" || event.model === null) continue;
      const before = this.#newest.get(event.model);
      if (before === undefined || event.at >= before.at) this.#newest.set(event.model, event);
    }
  }

  /** Of any version of the model; null if it was never checked. */
  newest(model: string): DriftChecked | null {
    return this.#newest.get(model) ?? null;
  }

  /** Of each model that was checked, by name. */
  all(): readonly DriftChecked[] {
    return [...this.#newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, check]) => check);
  }
}
