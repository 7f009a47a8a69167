import type { EventEnvelope, RequestServed } from "../../lineage/events.js";
import type { EventFold } from "../../lineage/folded-log.js";

/** All that the log has of a deployment's requests. */
export interface RequestTotals {
  readonly total: number;
  /** Of these: refused because of what was sent (4xx). */
  readonly refused: number;
  /** Of these: the model's or the server's fault (5xx). */
  readonly failed: number;
  /** ISO 8601. */
  readonly lastAt: string | null;
  /** Median time of the newest hundred, milliseconds. */
  readonly medianMs: number | null;
}

const NEWEST = 100;

/** Folds deployments' requests and stops out of the log, by the deployment's name. */
export class DeploymentFold implements EventFold {
  readonly #requests = new Map<string, { total: number; refused: number; failed: number; newest: RequestServed[] }>();
  readonly #stopped = new Map<string, string>();

  add(events: readonly EventEnvelope[]): void {
    for (const { event } of events) {
      if (event.kind === "request.served" && event.deployment !== undefined) this.#count(event.deployment, event);
      if (event.kind === "deployment.changed" && event.change === "stopped") {
        const before = this.#stopped.get(event.deployment) ?? "";
        if (event.at > before) this.#stopped.set(event.deployment, event.at);
      }
    }
  }

  requests(deployment: string): RequestTotals {
    const found = this.#requests.get(deployment);
    if (found === undefined) return { total: 0, refused: 0, failed: 0, lastAt: null, medianMs: null };
    const newest = found.newest.sort(byTime).slice(-NEWEST);
    const times = newest.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    const { total, refused, failed } = found;
    const medianMs = times[Math.floor(times.length / 2)] ?? null;
    return { total, refused, failed, lastAt: newest.at(-1)?.at ?? null, medianMs };
  }

  /** When it stopped last, ISO 8601; null if it never did. */
  stoppedAt(deployment: string): string | null {
    return this.#stopped.get(deployment) ?? null;
  }

  #count(deployment: string, event: RequestServed): void {
    const found = this.#requests.get(deployment) ?? { total: 0, refused: 0, failed: 0, newest: [] };
    this.#requests.set(deployment, found);
    found.total += 1;
    if (event.status >= 500) found.failed += 1;
    else if (event.status >= 400) found.refused += 1;
    found.newest.push(event);
    // Writers come one after the other, and each in order: cut now and then.
    if (found.newest.length > 10 * NEWEST) found.newest = found.newest.sort(byTime).slice(-NEWEST);
  }
}

function byTime(a: RequestServed, b: RequestServed): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}
