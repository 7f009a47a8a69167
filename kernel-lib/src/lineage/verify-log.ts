import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { type Head, parseHeads } from "./heads.js";
import { type Damage, locateBrokenCommit, locateDamage } from "./locate-damage.js";
import { projectFiles } from "./project.js";
import { listSegments } from "./read-log.js";
import { eachBatch, readAt, type SegmentProblem } from "./read-segment.js";
import { erasedHash, linesOf, matchesCommit } from "./segment.js";

export interface LogVerdict {
  /** False if anything is worse than what a crash, a copied segment or a later version leaves. */
  readonly intact: boolean;
  readonly segments: number;
  /** Erased ones included. */
  readonly events: number;
  /** Of these, erased on purpose and noted so. */
  readonly erased: number;
  readonly problems: readonly SegmentProblem[];
}

/** What is told, but is nobody's doing. */
export const FORGIVEN: readonly SegmentProblem["kind"][] = ["torn", "newer", "copied"];

export interface VerifyOptions {
  /** The longest line in which the one wrong byte is looked for, which takes some seconds; in bytes. Default 2048. */
  readonly searchBytes?: number;
}

interface Walk {
  /** Up to the last batch that is right. */
  readonly bytes: number;
  readonly events: number;
  readonly erased: number;
  readonly problems: readonly SegmentProblem[];
}

/**
 * Reads every batch against its hash, and every segment against its last noted head. Of each segment the first place that is
 * wrong is told, with its line and byte; and which segments were cut, are gone, or have no head.
 */
export function verifyLog(root: string, { searchBytes = 2048 }: VerifyOptions = {}): LogVerdict {
  const files = projectFiles(root);
  const problems: SegmentProblem[] = [];
  const names = listSegments(files.lineage);
  const heads = new Map<string, Head>();
  let hasHeads = true;
  if (existsSync(files.heads)) {
    try {
      for (const [writer, head] of Object.entries(parseHeads(files.heads))) heads.set(writer, head);
    } catch (error) {
      hasHeads = false;
      problems.push(unwitnessed(error instanceof Error ? error.message : String(error)));
    }
  } else hasHeads = false;
  let events = 0;
  let erased = 0;
  const noted = new Map<string, number>();
  const erasedIn = new Map<string, number>();
  for (const name of names) {
    const writer = name.slice(0, -".jsonl".length);
    const walk = walkSegment(join(files.lineage, name), writer, heads.get(writer) ?? null, noted, searchBytes);
    if (hasHeads && !heads.has(writer)) {
      problems.push({
        kind: "copied",
        writer,
        offset: 0,
        message: `heads.json says nothing of ${name}: it was copied here from elsewhere, and nothing tells where its end was`,
      });
    }
    heads.delete(writer);
    events += walk.events;
    erased += walk.erased;
    if (walk.erased > 0) erasedIn.set(writer, walk.erased);
    problems.push(...walk.problems);
  }
  // A segment has its head before anything in it is acknowledged: a process that was killed earlier leaves an empty one.
  if (events > 0 && !existsSync(files.heads)) {
    problems.push(
      unwitnessed(
        `heads.json is gone: nothing tells how far the ${names.length} segments had come, so an end that was cut off would not show`,
      ),
    );
  }
  for (const [writer, lines] of erasedIn) {
    const known = noted.get(writer) ?? 0;
    if (lines <= known) continue;
    problems.push({
      kind: "edited",
      writer,
      offset: 0,
      expected: `${known} erased lines`,
      found: `${lines} erased lines`,
      message: `${writer}.jsonl has ${lines} erased lines, and the log tells of the erasure of ${known}`,
    });
  }
  for (const [writer, head] of heads) {
    problems.push({
      kind: "cut",
      writer,
      offset: 0,
      expected: `${head.bytes} bytes`,
      found: "no file",
      message: `${writer}.jsonl is gone; it held ${head.events} events`,
    });
  }
  return {
    intact: problems.every(({ kind }) => FORGIVEN.includes(kind)),
    segments: names.length,
    events,
    erased,
    problems,
  };
}

function unwitnessed(message: string): SegmentProblem {
  return { kind: "unwitnessed", writer: "heads.json", offset: 0, message };
}

function walkSegment(
  path: string,
  writer: string,
  head: Head | null,
  noted: Map<string, number>,
  searchBytes: number,
): Walk {
  const name = `${writer}.jsonl`;
  const fd = openSync(path, "r");
  try {
    const size = fstatSync(fd).size;
    const problems: SegmentProblem[] = [];
    let [bytes, events, erased, line, hash] = [0, 0, 0, 1, writer];
    let hasWrong = false;
    let isHeadMet = head === null || head.bytes === 0;
    let isNewer = false;
    for (const { batch, start, end } of eachBatch(fd, 0, size)) {
      const lines = linesOf(batch.body);
      if (!hasWrong && (!matchesCommit(hash, batch) || !isPlain(fd, start + batch.body.length, end, batch.commit))) {
        hasWrong = true;
        const damage = locateDamage(readAt(fd, start, end - start), batch, hash, searchBytes);
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
      if (!hasWrong) bytes = end;
      for (const each of lines) {
        if (erasedHash(each) !== null) erased += 1;
        else if (each.includes('"kind":"lineage.erased"')) noteErasure(each, noted);
        if (!each.subarray(0, 6).equals(OWN_VERSION) && erasedHash(each) === null) isNewer = true;
      }
      events += batch.commit.n;
      line += lines.length + 1;
      hash = batch.commit.hash;
      if (head !== null && end === head.bytes) isHeadMet = head.hash === hash && head.events === events;
    }
    if (!hasWrong && head !== null && bytes < head.bytes && size >= head.bytes - 1 && size - bytes < MENDABLE_BYTES) {
      const damage = locateBrokenCommit(readAt(fd, bytes, size - bytes), hash);
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
    return { bytes, events, erased, problems };
  } finally {
    closeSync(fd);
  }
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
function isPlain(fd: number, start: number, end: number, commit: object): boolean {
  return readAt(fd, start, end - start).toString("utf8") === `${JSON.stringify(commit)}\n`;
}

function noteErasure(line: Buffer, noted: Map<string, number>): void {
  try {
    // Of a line whose hash was looked at; a line of another shape counts for nothing.
    const { event } = JSON.parse(line.toString("utf8")) as {
      event?: { kind?: string; segments?: readonly { writer: string; lines: number }[] };
    };
    if (event?.kind !== "lineage.erased") return;
    for (const { writer, lines } of event.segments ?? []) noted.set(writer, (noted.get(writer) ?? 0) + lines);
  } catch {
    // No event.
  }
}
