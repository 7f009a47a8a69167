import type { EventEnvelope } from "./events.js";
import type { OpenSegments } from "./open-segments.js";
import type { EventSpans } from "./read-segment.js";

/** More than this is not read at once. */
const PART_BYTES = 4 << 20;

/**
 * The events of a segment whose lines stand in these spans, in order; whatever else stands there (commits, erased lines) passes by, and
 * so does what was changed since: the next refresh reads such a log anew.
 *
 * @param isWanted told by a line's bytes, so that what is not wanted is not parsed
 */
export function* readSpans(
  segments: OpenSegments,
  writer: string,
  spans: EventSpans,
  isWanted: (line: Buffer) => boolean = () => true,
): Generator<EventEnvelope> {
  for (const line of readLines(segments, writer, spans)) {
    // Events begin with `{"v":`; commits, erased lines and those that say who writes do not.
    if (line[2] !== 0x76 || !isWanted(line)) continue;
    try {
      yield segments.people(writer).envelope(line);
    } catch {
      // Changed since.
    }
  }
}

/** The lines themselves, without their newlines; each is valid until the next is asked for. */
export function* readLines(segments: OpenSegments, writer: string, spans: EventSpans): Generator<Buffer> {
  for (let index = 0; index + 1 < spans.length; index += 2)
    yield* linesBetween(segments, writer, spans[index] ?? 0, spans[index + 1] ?? 0);
}

function* linesBetween(segments: OpenSegments, writer: string, start: number, end: number): Generator<Buffer> {
  let at = start;
  let length = PART_BYTES;
  while (at < end) {
    const part = segments.read(writer, at, Math.min(length, end - at));
    // Somebody removed it: the next refresh finds out.
    if (part.length === 0) return;
    let line = 0;
    for (let newline = part.indexOf(0x0a); newline >= 0; newline = part.indexOf(0x0a, line)) {
      yield part.subarray(line, newline);
      line = newline + 1;
    }
    if (line === 0) {
      if (at + part.length >= end) return;
      length *= 2;
    } else length = PART_BYTES;
    at += line;
  }
}
