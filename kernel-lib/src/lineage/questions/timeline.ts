import type { EventEnvelope, LineageEvent } from "../events.js";
import type { EventBlock } from "../log-index/layer.js";
import { compareEvents } from "../read-log.js";
import { type LogReader, openReader } from "../reader.js";

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

/** What happened in a project, oldest first. Reads the log from its end, as far as it must. */
export function timeline(source: string | LogReader, options: TimelineOptions = {}): TimelineEntry[] {
  const reader = typeof source === "string" ? openReader(source) : source;
  const { limit = 100 } = options;
  const isWanted = filterOf(options);
  const isNear = hasTextOf(options);
  let newest: EventEnvelope[] = [];
  /** The oldest of those that will be told. */
  let oldest = -Infinity;
  for (const { writer, start, end, maxMs } of blocksOf(reader, options)) {
    if (maxMs < oldest) break;
    for (const envelope of reader.read(writer, [start, end], isNear)) if (isWanted(envelope)) newest.push(envelope);
    if (newest.length < limit) continue;
    newest = newest.sort(compareEvents).slice(-limit);
    oldest = newest[0]?.hlc[0] ?? oldest;
  }
  return newest.sort(compareEvents).slice(-limit).map(toEntry);
}

function filterOf({ since, until, run, kind, author }: TimelineOptions): (envelope: EventEnvelope) => boolean {
  const [from, to] = range({ since, until });
  const part = author?.toLowerCase();
  return (envelope) => {
    const { hlc, event } = envelope;
    return (
      hlc[0] >= from &&
      hlc[0] < to &&
      (run === undefined || runOf(event) === run) &&
      (kind === undefined || isKind(event.kind, kind)) &&
      (part === undefined || envelope.author.toLowerCase().includes(part))
    );
  };
}

/** Told by a line's bytes: most are then not parsed. */
function hasTextOf({ run, kind }: TimelineOptions): (line: Buffer) => boolean {
  const texts = [run, kind].flatMap((text) =>
    text === undefined ? [] : [Buffer.from(JSON.stringify(text).slice(1, -1))],
  );
  return (line) => texts.every((text) => line.includes(text));
}

function range({ since, until }: { since: string | undefined; until: string | undefined }): [from: number, to: number] {
  return [since === undefined ? -Infinity : Date.parse(since), until === undefined ? Infinity : Date.parse(until)];
}

function isKind(kind: string, asked: string): boolean {
  return kind === asked || kind.startsWith(`${asked}.`);
}

type Stretch = Pick<EventBlock, "start" | "end" | "maxMs"> & { readonly writer: string };

/** Stretches of the log that may hold what is wanted, those with the newest events first. */
function blocksOf(reader: LogReader, { since, until, run, kind, author }: TimelineOptions): readonly Stretch[] {
  const [from, to] = range({ since, until });
  const part = author?.toLowerCase();
  const isMeant = ({ minMs, maxMs, kinds, authors }: EventBlock): boolean =>
    maxMs >= from &&
    minMs < to &&
    (kind === undefined || kinds.some((one) => isKind(one, kind))) &&
    (part === undefined || authors.some((one) => one.toLowerCase().includes(part)));
  const own = run === undefined ? null : stretchesOf(reader, run);
  const stretches =
    own ??
    [...reader.blocks()].flatMap(([writer, blocks]) => blocks.filter(isMeant).map((block) => ({ writer, ...block })));
  return stretches.sort((a, b) => b.maxMs - a.maxMs);
}

/** Where a run's own events stand, and those of schedules, which others write. */
function stretchesOf(reader: LogReader, run: string): Stretch[] {
  const found: Stretch[] = [];
  for (const { writer, spans } of reader.record(run)?.places ?? [])
    for (let index = 0; index + 1 < spans.length; index += 2)
      found.push({ writer, start: spans[index] ?? 0, end: spans[index + 1] ?? 0, maxMs: Infinity });
  for (const place of reader.rarePlaces()) found.push({ ...place, maxMs: Infinity });
  return found;
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
  // A number that JSON has no word for stands as text in the log.
  const last = new Map(metrics.map(({ name, value }) => [name, Number(value)]));
  const shown = [...last].slice(0, 4).map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`);
  return shown.length === 0 ? "" : `  ${shown.join(", ")}${last.size > 4 ? ", …" : ""}`;
}
