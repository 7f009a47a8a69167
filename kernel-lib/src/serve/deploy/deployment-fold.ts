import type { EventEnvelope } from "../../lineage/events.js";
import type { EventFold } from "../../lineage/folded-log.js";
import type { RequestTally } from "../../lineage/log-index/layer.js";

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

const NONE: RequestTally = { total: 0, refused: 0, failed: 0, newest: [] };

/** Folds deployments' stops out of the log, and tells of their requests, by the deployment's name. */
export class DeploymentFold implements EventFold {
  readonly #tally: (deployment: string) => RequestTally;
  readonly #stopped = new Map<string, string>();

  /** @param tally what the log counted of a deployment's requests */
  constructor(tally: (deployment: string) => RequestTally = () => NONE) {
    this.#tally = tally;
  }

  add(events: readonly EventEnvelope[]): void {
    for (const { event } of events) {
      if (event.kind !== "deployment.changed" || event.change !== "stopped") continue;
      const before = this.#stopped.get(event.deployment) ?? "";
      if (event.at > before) this.#stopped.set(event.deployment, event.at);
    }
  }

  requests(deployment: string): RequestTotals {
    const { total, refused, failed, newest } = this.#tally(deployment);
    const times = newest.map(([, durationMs]) => durationMs).sort((a, b) => a - b);
    const medianMs = times[Math.floor(times.length / 2)] ?? null;
    return { total, refused, failed, lastAt: newest.at(-1)?.[0] ?? null, medianMs };
  }

  /** When it stopped last, ISO 8601; null if it never did. */
  stoppedAt(deployment: string): string | null {
    return this.#stopped.get(deployment) ?? null;
  }
}
