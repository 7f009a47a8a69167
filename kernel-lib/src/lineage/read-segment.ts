import type { EventEnvelope } from "./events.js";
import { DamagedBlockError } from "./gzip-blocks.js";
import { isPersonLine, People } from "./people.js";
import { type Batch, erasedHash, linesOf, matchesCommit, splitBatches } from "./segment.js";
import type { SegmentBytes } from "./segment-bytes.js";

/** Where a reader stands in one segment. */
export interface SegmentPosition {
  /** Bytes read: everything up to the last whole batch. */
  readonly bytes: number;
  readonly events: number;
  /** Hash of the last commit read; at the start the writer's id. */
  readonly hash: string;
}

export interface SegmentProblem {
  /**
   * `torn`: bytes after the last commit. `edited`: a batch does not match its hash. `cut`: shorter than its head says.
   * `garbled`: a line is no JSON. `newer`: written by a later version, of which only what is the same is read.
   * `unwitnessed`: `heads.json` is gone or garbled. `copied`: it says nothing of the segment.
   */
  readonly kind: "torn" | "edited" | "cut" | "garbled" | "newer" | "unwitnessed" | "copied";
  readonly writer: string;
  /** Byte offset into the segment where it begins. */
  readonly offset: number;
  /** Counted from 1, where it is known. */
  readonly line?: number;
  /** What must have stood there, and what does: bytes, or hashes. */
  readonly expected?: string;
  readonly found?: string;
  readonly message: string;
}

export interface SegmentPart {
  readonly position: SegmentPosition;
  readonly problems: readonly SegmentProblem[];
}

/** Where each event's line stands in the file: start and end of the first, of the second, and so on. */
export type EventSpans = readonly number[];

const CHUNK_BYTES = 4 << 20;

/**
 * Reads the committed events that follow `from`, handing them on batch by batch, so that only one batch is in memory
 * at a time, each with the position behind it. Events that this version does not know are handed on like all others.
 *
 * A batch that contradicts its hash is reported; its events are still handed on if more batches follow it (somebody
 * edited the file, and hiding facts would make it worse) and not if it is the last one (its write never finished).
 */
export function readSegment(
  segment: SegmentBytes,
  writer: string,
  from: SegmentPosition,
  onEvents: (events: readonly EventEnvelope[], spans: EventSpans, position: SegmentPosition) => void,
): SegmentPart {
  const { size } = segment;
  const people = new People(segment);
  const problems: SegmentProblem[] = [];
  let { bytes, events, hash } = from;
  try {
    for (const { batch, start, end } of eachBatch(segment, bytes)) {
      const isLast = end >= size;
      if (!matchesCommit(hash, batch)) {
        problems.push({
          kind: isLast ? "torn" : "edited",
          writer,
          offset: start,
          message: `Batch at byte ${start} of ${writer}.jsonl does not match its hash`,
        });
        if (isLast) return { position: { bytes, events, hash }, problems };
      }
      const spans: number[] = [];
      const parsed = parseLines(batch.body, writer, start, people, problems, spans);
      events += batch.commit.n;
      hash = batch.commit.hash;
      bytes = end;
      onEvents(parsed, spans, { bytes, events, hash });
    }
    if (bytes < size) {
      problems.push({
        kind: "torn",
        writer,
        offset: bytes,
        message: `${size - bytes} bytes at the end of ${writer}.jsonl were never committed`,
      });
    } else if (size < from.bytes) {
      problems.push({
        kind: "cut",
        writer,
        offset: size,
        message: `${writer}.jsonl is shorter than it was: ${size} bytes of ${from.bytes}`,
      });
    }
  } catch (error) {
    if (!(error instanceof DamagedBlockError)) throw error;
    problems.push({ kind: "garbled", writer, offset: bytes, message: `${writer}.jsonl: ${error.message}` });
  }
  return { position: { bytes, events, hash }, problems };
}

/** The whole batches of a segment from a place on, with their places in the file. A batch is valid until the next one is asked for. */
export function* eachBatch(
  segment: SegmentBytes,
  from: number,
): Generator<{ readonly batch: Batch; readonly start: number; readonly end: number }> {
  const { size } = segment;
  let bytes = from;
  let length = CHUNK_BYTES;
  while (bytes < size) {
    const chunk = segment.read(bytes, Math.min(length, size - bytes));
    const base = bytes;
    for (const batch of splitBatches(chunk)) {
      bytes = base + batch.end;
      yield { batch, start: base + batch.start, end: bytes };
    }
    if (bytes > base) length = CHUNK_BYTES;
    else if (base + chunk.length >= size) return;
    else length *= 2;
  }
}

export function startOf(writer: string): SegmentPosition {
  return { bytes: 0, events: 0, hash: writer };
}

/** True if what lies before the position is still what was read: its last commit stands there. (A new file may get the old one's inode.) */
export function continuesFrom(segment: SegmentBytes, { bytes, hash }: SegmentPosition): boolean {
  if (bytes === 0) return true;
  if (bytes > segment.size) return false;
  // A commit is as long as its batch has lines.
  for (let length = 1024; ; length *= 8) {
    const from = Math.max(0, bytes - length);
    const text = segment.read(from, bytes - from).toString("latin1");
    const before = text.lastIndexOf("\n", text.length - 2);
    if (before < 0 && from > 0) continue;
    const line = text.slice(before + 1);
    return line.startsWith('{"n":') && line.endsWith("}\n") && line.includes(`"hash":"${hash}"`);
  }
}

function parseLines(
  body: Buffer,
  writer: string,
  offset: number,
  people: People,
  problems: SegmentProblem[],
  spans: number[],
): EventEnvelope[] {
  const events: EventEnvelope[] = [];
  let start = offset;
  for (const line of linesOf(body)) {
    const end = start + line.length + 1;
    if (isPersonLine(line)) people.learn(line);
    else if (line.length > 0 && erasedHash(line) === null) {
      try {
        // Unknown kinds are left to the folds, which switch on `kind`.
        events.push(people.envelope(line));
        spans.push(start, end);
      } catch {
        problems.push({
          kind: "garbled",
          writer,
          offset: start,
          message: `The line at byte ${start} of ${writer}.jsonl is not JSON`,
        });
      }
    }
    start = end;
  }
  return events;
}
