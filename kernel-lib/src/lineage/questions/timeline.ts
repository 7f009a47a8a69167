import type { EventEnvelope, LineageEvent } from "../events.js";
import { compareEvents, LogTail } from "../read-log.js";

/** One thing that happened, in a line for a person. */
export interface TimelineEntry {
  /** `<writer>.<seq>`. */
  readonly id: string;
  /** ISO 8601, by the log's own clock, which never goes back. */
  readonly at: string;
  readonly kind: LineageEvent["kind"] | (string & {});
  readonly run: string | null;
  readonly author: string;
  readonly text: string;
}

export interface TimelineOptions {
  /** Only from here on, to before there. ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  readonly run?: string;
  readonly kind?: string;
  /** A part of the author, in any case. */
  readonly author?: string;
  /** The newest so many. Default: 100. */
  readonly limit?: number;
}

/** What happened in a project, oldest first. Keeps no more events in memory than it gives. */
export function timeline(root: string, options: TimelineOptions = {}): TimelineEntry[] {
  const { since, until, run, kind, author, limit = 100 } = options;
  const [from, to] = [
    since === undefined ? -Infinity : Date.parse(since),
    until === undefined ? Infinity : Date.parse(until),
  ];
  const newest: EventEnvelope[] = [];
  new LogTail(root).refresh((events) => {
    for (const envelope of events) {
      const { hlc, event } = envelope;
      if (hlc[0] < from || hlc[0] >= to) continue;
      if (run !== undefined && runOf(event) !== run) continue;
      if (kind !== undefined && event.kind !== kind && !event.kind.startsWith(`${kind}.`)) continue;
      if (author !== undefined && !envelope.author.toLowerCase().includes(author.toLowerCase())) continue;
      newest.push(envelope);
      if (newest.length >= 2 * limit + 1000) newest.sort(compareEvents).splice(0, newest.length - limit);
    }
  });
  return newest.sort(compareEvents).slice(-limit).map(toEntry);
}

function toEntry({ id, hlc, author, event }: EventEnvelope): TimelineEntry {
  return {
    id,
    at: new Date(hlc[0]).toISOString(),
    kind: event.kind,
    run: runOf(event),
    author,
    text: describe(event),
  };
}

function runOf(event: LineageEvent): string | null {
  return "run" in event && typeof event.run === "string" ? event.run : null;
}

function describe(event: LineageEvent): string {
  switch (event.kind) {
    case "run.started":
      return `${event.runKind === "session" ? "session" : "run"} of ${event.notebook ?? "no notebook"} began`;
    case "cell.finished": {
      const { cellId, error, metrics } = event.trace;
      const name = `cell [${event.count}]${cellId === null ? "" : ` ${cellId}`}`;
      return error === null ? `${name} ran${numbers(metrics)}` : `${name} failed: ${error.name}: ${error.message}`;
    }
    case "step.finished": {
      const metrics = event.cells.flatMap((cell) => cell.metrics);
      const failed = event.error === null ? "" : `: ${event.error.name}: ${event.error.message}`;
      return `step ${event.step} ${event.status}${failed}${numbers(metrics)}`;
    }
    case "run.finished":
      return `${event.status} after ${(event.durationMs / 1000).toFixed(1)} s`;
    case "model.registered":
      return `model ${event.model} version ${event.number} (${event.version.slice(0, 8)}) ${event.isNew ? "registered" : "met again"}`;
    case "alias.moved": {
      const to = event.version === null ? "removed" : `moved to ${event.version.slice(0, 8)}`;
      return `alias ${event.model}@${event.alias} ${to}${event.reason === null ? "" : `: ${event.reason}`}`;
    }
    case "request.served":
      return `${event.model} (${event.version.slice(0, 8)}) answered ${event.rows} ${event.rows === 1 ? "row" : "rows"} with ${event.status}`;
    case "drift.checked": {
      const drifted = event.features.filter((feature) => feature.drifted).map(({ name }) => name);
      return `drift of ${event.current.path}: ${drifted.length === 0 ? "none" : drifted.join(", ")}`;
    }
    case "schedule.fired":
      return `schedule ${event.schedule} fired for ${event.due}`;
    default:
      return describeOther(event);
  }
}

/** Of a kind that came later, or from a newer version: its words, as far as they are short. */
function describeOther(event: object): string {
  return Object.entries(event)
    .flatMap(([name, value]) =>
      name !== "kind" && name !== "at" && (typeof value === "string" || typeof value === "number")
        ? [`${name} ${String(value).slice(0, 60)}`]
        : [],
    )
    .join(", ");
}

function numbers(metrics: readonly { readonly name: string; readonly value: number }[]): string {
  // A loss that diverged stands in the log as text.
  const last = new Map(metrics.map(({ name, value }) => [name, value]));
  const shown = [...last].slice(0, 4).map(([name, value]) => `${name} ${Number(Number(value).toPrecision(6))}`);
  return shown.length === 0 ? "" : `  ${shown.join(", ")}${last.size > 4 ? ", …" : ""}`;
}
