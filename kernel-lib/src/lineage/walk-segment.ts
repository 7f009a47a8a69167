import type { Hlc } from "./clock.js";
import type { Head } from "./heads.js";
import { type Damage, locateBrokenCommit, locateDamage } from "./locate-damage.js";
import { isPersonLine } from "./people.js";
import { eachBatch, type SegmentProblem } from "./read-segment.js";
import { erasedHash, isErasedPerson, linesOf, matchesCommit } from "./segment.js";
import type { SegmentBytes } from "./segment-bytes.js";

export interface Walk {
  /** Up to the last batch that is right. */
  readonly bytes: number;
  readonly events: number;
  readonly erased: number;
  /** True if the line is erased that said who wrote. */
  readonly hasErasedPerson: boolean;
  /** Of that batch's commit. */
  readonly hash: string;
  /** Of the last event that was not erased. */
  readonly hlc: Hlc | null;
  readonly problems: readonly SegmentProblem[];
}

export interface NotedErasure {
  readonly lines: number;
  /** Who wrote it is erased, too. */
  readonly author: boolean;
}

export interface WalkOptions {
  readonly writer: string;
  /** For messages. */
  readonly name: string;
  readonly head: Head | null;
  /** What the log says to be erased of each segment; added to. */
  readonly noted: Map<string, NotedErasure>;
  /** Longer lines are not searched for the one wrong byte. */
  readonly searchBytes: number;
}

/** Reads one segment against its chain and its head. */
export function walkSegment(segment: SegmentBytes, { writer, name, head, noted, searchBytes }: WalkOptions): Walk {
  const { size } = segment;
  const problems: SegmentProblem[] = [];
  let [bytes, events, erased, line, hash, sound] = [0, 0, 0, 1, writer, writer];
  let last: Buffer | null = null;
  let hasWrong = false;
  let isHeadMet = head === null || head.bytes === 0;
  let isNewer = false;
  let hasErasedPerson = false;
  for (const { batch, start, end } of eachBatch(segment, 0)) {
    const lines = linesOf(batch.body);
    if (!hasWrong && (!matchesCommit(hash, batch) || !isPlain(segment, start + batch.body.length, end, batch.commit))) {
      hasWrong = true;
      const damage = locateDamage(segment.read(start, end - start), batch, hash, searchBytes);
      const place = start + damage.offset;
      // The batch's blocks never came to the disk, and nobody was told that they had.
      const isTorn = end >= size && (head === null || head.bytes <= start) && batch.body.includes(0);
      problems.push(
        isTorn
          ? {
              kind: "torn",
              writer,
              offset: start,
              line,
              message: `The last batch of ${name}, at byte ${start}, never came to the disk as a whole`,
            }
          : editedAt(name, writer, place, line + damage.line, damage),
      );
    }
    if (!hasWrong) {
      bytes = end;
      sound = batch.commit.hash;
    }
    for (const each of lines) {
      if (erasedHash(each) !== null) {
        if (isErasedPerson(each)) hasErasedPerson = true;
        else erased += 1;
        continue;
      }
      if (isPersonLine(each)) continue;
      last = each;
      if (each.includes('"kind":"lineage.erased"')) noteErasure(each, noted);
      if (!each.subarray(0, 6).equals(OWN_VERSION)) isNewer = true;
    }
    events += batch.commit.n;
    line += lines.length + 1;
    hash = batch.commit.hash;
    if (head !== null && end === head.bytes) isHeadMet = head.hash === hash && head.events === events;
  }
  if (!hasWrong && head !== null && bytes < head.bytes && size >= head.bytes - 1 && size - bytes < MENDABLE_BYTES) {
    const damage = locateBrokenCommit(segment.read(bytes, size - bytes), hash);
    if (damage !== null && bytes + damage.offset < size) {
      hasWrong = true;
      problems.push(editedAt(name, writer, bytes + damage.offset, line + damage.line, damage));
    }
  }
  const tail = hasWrong ? null : tailOf(name, writer, bytes, size, line, head);
  if (tail !== null) problems.push(tail);
  if (!hasWrong && !isHeadMet && head !== null && bytes >= head.bytes) {
    problems.push({
      kind: "edited",
      writer,
      offset: head.bytes,
      expected: head.hash,
      found: "another commit",
      message: `${name} does not have the commit ${head.hash} at byte ${head.bytes}, where heads.json has seen it`,
    });
  }
  if (isNewer && !hasWrong) {
    problems.push({
      kind: "newer",
      writer,
      offset: 0,
      message: `${name} was written by a later version of Tagline: it is read only, and what is unknown passes by`,
    });
  }
  return { bytes, events, erased, hasErasedPerson, hash: sound, hlc: clockOf(last), problems };
}

function editedAt(name: string, writer: string, offset: number, line: number, damage: Damage): SegmentProblem {
  const { expected, found } = damage;
  return {
    kind: "edited",
    writer,
    offset,
    line,
    expected,
    found,
    message: `${name} is not what was written: line ${line}, byte ${offset}: expected ${expected}, found ${found}`,
  };
}

/** A larger rest is told of as a whole. */
const MENDABLE_BYTES = 4 << 20;
const OWN_VERSION = Buffer.from('{"v":1');

/** What follows the last whole batch. */
function tailOf(
  name: string,
  writer: string,
  bytes: number,
  size: number,
  line: number,
  head: Head | null,
): SegmentProblem | null {
  const place = { writer, offset: bytes, line };
  if (head !== null && bytes < head.bytes) {
    return {
      ...place,
      kind: "cut",
      expected: `${head.bytes} bytes`,
      found: `${size} bytes`,
      message: `${name} ends at byte ${size}, before its head at byte ${head.bytes}: from line ${line}, byte ${bytes} on, events are missing or were changed`,
    };
  }
  if (size === bytes) return null;
  if (head?.closed === true) {
    return {
      ...place,
      kind: "edited",
      expected: "the end of the file",
      found: `${size - bytes} bytes`,
      message: `${name} was closed at byte ${bytes}; somebody added ${size - bytes} bytes at line ${line}`,
    };
  }
  return {
    ...place,
    kind: "torn",
    message: `${size - bytes} bytes at the end of ${name} were never committed`,
  };
}

/** True if the commit's line is as it was written, letter by letter: what it says twice, or with a space, is found. */
function isPlain(segment: SegmentBytes, start: number, end: number, commit: object): boolean {
  return segment.read(start, end - start).toString("utf8") === `${JSON.stringify(commit)}\n`;
}

function noteErasure(line: Buffer, noted: Map<string, NotedErasure>): void {
  try {
    // Of a line whose hash was looked at; a line of another shape counts for nothing.
    const { event } = JSON.parse(line.toString("utf8")) as {
      event?: { kind?: string; segments?: readonly { writer: string; lines: number; author?: boolean }[] };
    };
    if (event?.kind !== "lineage.erased") return;
    for (const { writer, lines, author = false } of event.segments ?? []) {
      const known = noted.get(writer);
      noted.set(writer, { lines: (known?.lines ?? 0) + lines, author: author || known?.author === true });
    }
  } catch {
    // No event.
  }
}

function clockOf(line: Buffer | null): Hlc | null {
  try {
    // Of a line whose hash was looked at.
    return line === null ? null : ((JSON.parse(line.toString("utf8")) as { readonly hlc?: Hlc }).hlc ?? null);
  } catch {
    return null;
  }
}
