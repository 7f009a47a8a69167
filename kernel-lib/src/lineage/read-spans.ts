import type { EventEnvelope } from "./events.js";
import { People } from "./people.js";
import type { EventSpans } from "./read-segment.js";
import type { SegmentBytes } from "./segment-bytes.js";
import { openSegment } from "./segment-folder.js";

/** More than this is not read at once. */
const PART_BYTES = 4 << 20;

/**
 * The events of a segment whose lines stand in these spans, in order; whatever else stands there (commits, erased lines) passes by, and
 * so does what was changed since: the next refresh reads such a log anew.
 *
 * @param folder of the segments
 * @param isWanted told by a line's bytes, so that what is not wanted is not parsed
 */
export function* readSpans(
  folder: string,
  writer: string,
  spans: EventSpans,
  isWanted: (line: Buffer) => boolean = () => true,
): Generator<EventEnvelope> {
  const segment = openSegment(folder, writer);
  // Somebody removed it: the next refresh finds out.
  if (segment === null) return;
  const people = new People(segment);
  try {
    for (const line of linesIn(segment, spans)) {
      // Events begin with `{"v":`; commits, erased lines and those that say who writes do not.
      if (line[2] !== 0x76 || !isWanted(line)) continue;
      try {
        yield people.envelope(line);
      } catch {
        // Changed since.
      }
    }
  } finally {
    segment.close();
  }
}

/** The lines themselves, without their newlines; each is valid until the next is asked for. */
export function* readLines(folder: string, writer: string, spans: EventSpans): Generator<Buffer> {
  const segment = openSegment(folder, writer);
  // Somebody removed it: the next refresh finds out.
  if (segment === null) return;
  try {
    yield* linesIn(segment, spans);
  } finally {
    segment.close();
  }
}

function* linesIn(segment: SegmentBytes, spans: EventSpans): Generator<Buffer> {
  for (let index = 0; index + 1 < spans.length; index += 2)
    yield* linesBetween(segment, spans[index] ?? 0, spans[index + 1] ?? 0);
}

function* linesBetween(segment: SegmentBytes, start: number, end: number): Generator<Buffer> {
  let at = start;
  let length = PART_BYTES;
  while (at < end) {
    const part = segment.read(at, Math.min(length, end - at));
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
