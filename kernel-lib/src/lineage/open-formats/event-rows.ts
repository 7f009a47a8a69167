import type { EventEnvelope } from "../events.js";
import type { LogReader } from "../reader.js";

/** Events of some kinds, and of these perhaps not all. */
export interface WantedEvents {
  /** Null for every kind. */
  readonly kinds: ReadonlySet<string> | null;
  /** Told by a line's bytes. */
  readonly isWanted: (line: Buffer) => boolean;
}

/** An event with its JSON, as a table takes it. */
export interface EventRow extends Pick<EventEnvelope, "id" | "hlc" | "author" | "host"> {
  readonly kind: string;
  readonly run: string | null;
  readonly json: string;
}

const EVENT = ',"event":';

/** The events of the log, one writer after the other; of each no more is parsed than its head. */
export function* eventRows(reader: LogReader, { kinds, isWanted }: WantedEvents): Generator<EventRow> {
  for (const [writer, blocks] of reader.blocks()) {
    for (const { start, end, kinds: held } of blocks) {
      if (kinds !== null && !held.some((kind) => kinds.has(kind))) continue;
      for (const line of reader.lines(writer, [start, end])) {
        // Events begin with `{"v":`.
        const row = line[2] === 0x76 && isWanted(line) ? toRow(reader, writer, line.toString("utf8")) : null;
        if (row !== null && (kinds === null || kinds.has(row.kind))) yield row;
      }
    }
  }
}

/** Null for a line that is no event. */
function toRow(reader: LogReader, writer: string, text: string): EventRow | null {
  // The event comes last; a quote within a text before it is escaped.
  const at = text.indexOf(EVENT);
  if (at < 0) return null;
  try {
    const { id, hlc, author, host } = reader.envelope(writer, Buffer.from(`${text.slice(0, at)}${EVENT}null}`));
    const json = text.slice(at + EVENT.length, -1);
    const [, kind, run] = /^\{"kind":"([^"\\]*)"(?:,"run":"([^"\\]*)")?/.exec(json) ?? [];
    if (kind !== undefined && (run !== undefined || !json.includes('"run":')))
      return { id, hlc, author, host, kind, run: run ?? null, json };
    return { id, hlc, author, host, ...kindAndRun(json), json };
  } catch {
    return null;
  }
}

function kindAndRun(json: string): { readonly kind: string; readonly run: string | null } {
  const event: unknown = JSON.parse(json);
  if (typeof event !== "object" || event === null) throw new TypeError("Cannot read an event that is no object");
  const kind = "kind" in event && typeof event.kind === "string" ? event.kind : "";
  return { kind, run: "run" in event && typeof event.run === "string" ? event.run : null };
}
