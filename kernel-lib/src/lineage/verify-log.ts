import { existsSync } from "node:fs";
import type { CompactedFile } from "./compacted-file.js";
import { DamagedBlockError } from "./gzip-blocks.js";
import { hashFile } from "./hash-file.js";
import { type Head, parseHeads } from "./heads.js";
import { projectFiles } from "./project.js";
import { continuesFrom, type SegmentProblem } from "./read-segment.js";
import type { SegmentBytes } from "./segment-bytes.js";
import {
  forgetCompacted,
  isMissing,
  listPlaces,
  openPlace,
  openSegment,
  type SegmentPlace,
  scanSegments,
} from "./segment-folder.js";
import { type NotedErasure, type Walk, walkSegment } from "./walk-segment.js";

export interface LogVerdict {
  /** False if anything is worse than what a crash, a copied segment or a later version leaves. */
  readonly intact: boolean;
  /** Files, of which a compacted one holds many segments. */
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

/**
 * Reads every batch against its hash, and every segment against its last noted head. Of each segment the first place that is
 * wrong is told, with its line and byte; and which segments were cut, are gone, or have no head.
 */
export function verifyLog(root: string, { searchBytes = 2048 }: VerifyOptions = {}): LogVerdict {
  const files = projectFiles(root);
  const problems: SegmentProblem[] = [];
  forgetCompacted();
  const scan = scanSegments(files.lineage);
  const segments = scan.plain.size + scan.compacted.length + scan.unreadable.length;
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
  const noted = new Map<string, NotedErasure>();
  const erasedIn = new Map<string, Pick<Walk, "erased" | "hasErasedPerson">>();
  const witness = (writer: string, name: string): Head | null => {
    const head = heads.get(writer) ?? null;
    heads.delete(writer);
    if (hasHeads && head === null)
      problems.push({
        kind: "copied",
        writer,
        offset: 0,
        message: `heads.json says nothing of ${name}: it was copied here from elsewhere, and nothing tells where its end was`,
      });
    return head;
  };
  const walks = new Map<CompactedFile, SegmentProblem[]>();
  for (const place of listPlaces(scan)) {
    const { writer, compacted } = place;
    const head = compacted === null ? witness(writer, `${writer}.jsonl`) : toHead(place);
    const walk = walkPlace(files.lineage, place, head, noted, searchBytes);
    if (compacted !== null) {
      // It was moved into a compacted file, and the process that did it was killed before it said so.
      const before = heads.get(writer);
      if (before !== undefined && !reaches(files.lineage, place, before))
        problems.push(otherThan(before, writer, compacted.file));
      heads.delete(writer);
    }
    events += walk.events;
    erased += walk.erased;
    if (walk.erased > 0 || walk.hasErasedPerson) erasedIn.set(writer, walk);
    if (compacted === null) problems.push(...walk.problems);
    else walks.set(compacted.file, [...(walks.get(compacted.file) ?? []), ...walk.problems]);
  }
  for (const file of scan.compacted) {
    const found = walks.get(file) ?? [];
    const head = witness(file.name, file.name);
    problems.push(...found);
    if (found.length === 0 && head !== null && hashFile(file.path) !== head.hash)
      problems.push({
        kind: "edited",
        writer: file.name,
        offset: 0,
        expected: head.hash,
        found: "another file",
        message: `${file.name} is not what was written, though each of its events is`,
      });
  }
  for (const name of scan.strangers)
    problems.push({
      kind: "copied",
      writer: name.slice(0, -".jsonl".length),
      offset: 0,
      message: `${name} has no writer's name: somebody copied it, or called it so. It counts for nothing`,
    });
  for (const { name, reason } of scan.unreadable) {
    const isNewer = reason.includes("later version");
    heads.delete(name);
    problems.push({
      kind: isNewer ? "newer" : "edited",
      writer: name,
      offset: 0,
      message: `${name} cannot be read: ${reason}`,
    });
  }
  // Its place was taken by one that names it.
  for (const name of scan.compacted.flatMap(({ replaces }) => replaces)) heads.delete(name);
  // A segment has its head before anything in it is acknowledged: a process that was killed earlier leaves an empty one.
  if (events > 0 && !existsSync(files.heads)) {
    problems.push(
      unwitnessed(
        `heads.json is gone: nothing tells how far the ${segments} segments had come, so an end that was cut off would not show`,
      ),
    );
  }
  for (const [writer, { erased: lines, hasErasedPerson }] of erasedIn) {
    const { lines: known, author } = noted.get(writer) ?? { lines: 0, author: false };
    if (lines <= known && (author || !hasErasedPerson)) continue;
    const told = (count: number, isPerson: boolean): string =>
      `${count} erased lines${isPerson ? " and its author" : ""}`;
    const [expected, found] = [told(known, author), told(lines, hasErasedPerson)];
    problems.push({
      kind: "edited",
      writer,
      offset: 0,
      expected,
      found,
      message: `${writer}.jsonl has ${found}, and the log tells of the erasure of ${expected.replace(" erased lines", "")}`,
    });
  }
  for (const [writer, head] of heads) {
    problems.push({
      kind: "cut",
      writer,
      offset: 0,
      expected: `${head.bytes} bytes`,
      found: "no file",
      message: `${writer.includes(".") ? writer : `${writer}.jsonl`} is gone; it held ${head.events} events`,
    });
  }
  return {
    intact: problems.every(({ kind }) => FORGIVEN.includes(kind)),
    segments,
    events,
    erased,
    problems,
  };
}

function unwitnessed(message: string): SegmentProblem {
  return { kind: "unwitnessed", writer: "heads.json", offset: 0, message };
}

/** What a compacted file says of a segment in it. */
function toHead({ compacted }: SegmentPlace): Head | null {
  if (compacted === null) return null;
  const { bytes, events, hash, hlc } = compacted.section;
  return { bytes, events, hash, hlc, closed: true };
}

function walkPlace(
  folder: string,
  place: SegmentPlace,
  head: Head | null,
  noted: Map<string, NotedErasure>,
  searchBytes: number,
): Walk {
  const { writer, compacted } = place;
  const name = compacted === null ? `${writer}.jsonl` : `${writer} in ${compacted.file.name}`;
  const segment = openThere(folder, place);
  if (segment === null) return nothing([]);
  try {
    return walkSegment(segment, { writer, name, head, noted, searchBytes });
  } catch (error) {
    if (!(error instanceof DamagedBlockError)) throw error;
    const problem: SegmentProblem = {
      kind: "edited",
      writer,
      offset: error.offset,
      message: `${compacted?.file.name ?? name} is not what was written: ${error.message}`,
    };
    return nothing([problem]);
  } finally {
    segment.close();
  }
}

/** Null if it is nowhere any more. */
function openThere(folder: string, place: SegmentPlace): SegmentBytes | null {
  try {
    return openPlace(place);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return openSegment(folder, place.writer);
  }
}

function nothing(problems: readonly SegmentProblem[]): Walk {
  return { bytes: 0, events: 0, erased: 0, hasErasedPerson: false, hash: "", hlc: null, problems };
}

function reaches(folder: string, place: SegmentPlace, { bytes, events, hash }: Head): boolean {
  const segment = openThere(folder, place);
  if (segment === null) return false;
  try {
    return continuesFrom(segment, { bytes, events, hash });
  } catch {
    return false;
  } finally {
    segment.close();
  }
}

function otherThan({ bytes, hash }: Head, writer: string, { name }: CompactedFile): SegmentProblem {
  return {
    kind: "edited",
    writer,
    offset: bytes,
    expected: hash,
    found: "another commit",
    message: `${writer} in ${name} does not have the commit ${hash} at byte ${bytes}, where heads.json has seen it`,
  };
}
