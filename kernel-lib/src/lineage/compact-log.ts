import { existsSync, readdirSync } from "node:fs";
import type { CompactedFile, SectionSource } from "./compacted-file.js";
import { type Head, readHeads } from "./heads.js";
import { holdLog } from "./hold-log.js";
import { installCompacted, settle, UNFINISHED } from "./install-compacted.js";
import { isLive } from "./liveness.js";
import { type ProjectFiles, projectFiles } from "./project.js";
import type { SegmentBytes } from "./segment-bytes.js";
import { openPlace, openSegment, PLAIN, type SegmentPlace, scanSegments } from "./segment-folder.js";
import { verifyLog } from "./verify-log.js";
import { walkSegment } from "./walk-segment.js";

export interface Compaction {
  /** Segments that stood in files of their own. */
  readonly segments: number;
  /** Compacted files that were made of them. */
  readonly files: number;
  /** Of all files that went, and of those that came. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Segments that stay as they are, and why. */
  readonly left: readonly { readonly writer: string; readonly reason: string }[];
}

export interface CompactOptions {
  /** Only segments last written before this moment; milliseconds since 1970. Default: all that were let go of. */
  readonly beforeMs?: number;
  /** Only tells what would be done; bytes after it are not known. */
  readonly dryRun?: boolean;
  /** Stops once so many bytes are read. Default: no limit. */
  readonly limitBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/** Content of one compacted file: more begins another one. */
const MOST_BYTES = 256 << 20;
const MOST_SEGMENTS = 20_000;
/** A segment of a process that was killed: in so short a time it may be that its mark does not stand yet. */
const SETTLED_MS = 60_000;
/** One segment alone is worth packing from here on. */
const WORTH_BYTES = 1 << 20;
const PIECE_BYTES = 4 << 20;

/**
 * Makes many old segments few: those that nobody writes any more move, byte for byte, into compacted files, which name each
 * with its head. Ids, authors, order and every answer stay; whoever reads meanwhile notices nothing. Left as they are: what
 * still is written, what a later version wrote, what is not as it was written.
 *
 * @throws Error "Cannot compact …" if another process is rewriting the log
 */
export function compactLog(root: string, options: CompactOptions = {}): Compaction {
  const files = projectFiles(root);
  // Nobody tidies a log and finds a folder made for it.
  if (options.dryRun || !existsSync(files.lineage)) return compact(files, options);
  return holdLog(root, "compact", () => {
    // What was cut off the last time is brought to its end, unless somebody has changed it since.
    if (isUnsettled(files)) {
      const { intact } = verifyLog(root);
      if (!intact)
        throw new Error(
          "Cannot compact: the log is not what was written (tagline lineage verify), and rewriting it would hide that",
        );
      settle(files);
    }
    return compact(files, options);
  });
}

function compact(
  files: ProjectFiles,
  { beforeMs, dryRun = false, limitBytes = Infinity, now = Date.now() }: CompactOptions,
): Compaction {
  const scan = scanSegments(files.lineage);
  const heads = readHeads(files.heads);
  const left: { writer: string; reason: string }[] = [];
  const ready: Candidate[] = [];
  let read = 0;
  for (const place of [...scan.plain.values()].sort((a, b) => (a.writer < b.writer ? -1 : 1))) {
    if (read >= limitBytes) break;
    const { writer } = place;
    const head = heads[writer] ?? null;
    const isClosed = head?.closed === true && head.bytes === place.size;
    if (place.mtimeMs >= (beforeMs ?? Infinity)) continue;
    if (isLive(files.lineage, writer) || (!isClosed && now - place.mtimeMs < SETTLED_MS)) {
      left.push({ writer, reason: "it is still written" });
      continue;
    }
    read += place.size;
    const found = candidate(place, head);
    if (typeof found === "string") left.push({ writer, reason: found });
    else ready.push(found);
  }
  const small = scan.compacted.filter(isSmall);
  let [segments, made, bytesBefore, bytesAfter] = [0, 0, 0, 0];
  for (const group of groups(ready, small)) {
    if (group.candidates.length + group.files.length < 2 && group.bytes < WORTH_BYTES) continue;
    segments += group.candidates.length;
    made += 1;
    for (const { place } of group.candidates) bytesBefore += place.size;
    for (const { blocks } of group.files) bytesBefore += blocks.members.at(-1) ?? 0;
    if (dryRun) continue;
    const sources = [
      ...group.files.flatMap((file) => sectionsOf(files, file)),
      ...group.candidates.map(({ source }) => source),
    ];
    sources.sort((a, b) => (a.section.writer < b.section.writer ? -1 : 1));
    bytesAfter += installCompacted(files, sources, group.files);
  }
  return { segments, files: made, bytesBefore, bytesAfter, left };
}

interface Candidate {
  readonly place: SegmentPlace;
  readonly source: SectionSource;
}

/** A text if it must stay as it is. */
function candidate(place: SegmentPlace, head: Head | null): Candidate | string {
  const { writer } = place;
  const segment = openPlace(place);
  try {
    const walk = walkSegment(segment, { writer, name: `${writer}.jsonl`, head, noted: new Map(), searchBytes: 0 });
    for (const { kind } of walk.problems) {
      if (kind === "newer") return "a later version of Tagline wrote it";
      // What was never acknowledged stays behind.
      if (kind !== "torn") return "it is not what was written";
    }
    const { bytes, events, hash, hlc } = walk;
    const section = { writer, bytes, events, hash, hlc: hlc ?? head?.hlc ?? ([0, 0] as const) };
    return { place, source: { section, pieces: () => piecesOf(openPlace(place), bytes) } };
  } finally {
    segment.close();
  }
}

interface Group {
  readonly candidates: Candidate[];
  readonly files: CompactedFile[];
  bytes: number;
  sections: number;
}

/** What goes into one compacted file each: the oldest first, and small ones of earlier times along with the first. */
function* groups(ready: readonly Candidate[], small: readonly CompactedFile[]): Generator<Group> {
  const begin = (): Group => ({ candidates: [], files: [], bytes: 0, sections: 0 });
  let group = begin();
  for (const file of ready.length === 0 ? [] : small) {
    const bytes = contentBytes(file);
    if (group.bytes + bytes > MOST_BYTES / 2 || group.sections + file.sections.size > MOST_SEGMENTS / 2) break;
    group.files.push(file);
    group.bytes += bytes;
    group.sections += file.sections.size;
  }
  for (const each of ready) {
    const { bytes } = each.source.section;
    if (group.candidates.length > 0 && (group.bytes + bytes > MOST_BYTES || group.sections >= MOST_SEGMENTS)) {
      yield group;
      group = begin();
    }
    group.candidates.push(each);
    group.bytes += bytes;
    group.sections += 1;
  }
  if (group.candidates.length > 0) yield group;
}

function isSmall(file: CompactedFile): boolean {
  return contentBytes(file) < MOST_BYTES / 4 && file.sections.size < MOST_SEGMENTS / 4;
}

function contentBytes({ blocks, headerBytes }: CompactedFile): number {
  return (blocks.contents.at(-1) ?? 0) - headerBytes;
}

/** All that a compacted file holds, for another one; of a segment that stands elsewhere, too, nothing. */
function sectionsOf(files: ProjectFiles, file: CompactedFile): SectionSource[] {
  const scan = scanSegments(files.lineage);
  return [...file.sections.values()].flatMap(({ start: _start, ...section }) => {
    const place = scan.find(section.writer);
    if (place?.compacted?.file !== file) return [];
    return [{ section, pieces: () => piecesOf(openSegment(files.lineage, section.writer), section.bytes) }];
  });
}

function* piecesOf(segment: SegmentBytes | null, bytes: number): Generator<Buffer> {
  if (segment === null) return;
  try {
    for (let place = 0; place < bytes; place += PIECE_BYTES)
      yield segment.read(place, Math.min(PIECE_BYTES, bytes - place));
  } finally {
    segment.close();
  }
}

function isUnsettled({ lineage, heads }: ProjectFiles): boolean {
  const known = readHeads(heads);
  const { plain, compacted, find } = scanSegments(lineage);
  const isLeft = (name: string): boolean =>
    name.endsWith(UNFINISHED) ||
    (name.endsWith(PLAIN) && !plain.has(name.slice(0, -PLAIN.length)) && find(name.slice(0, -PLAIN.length)) !== null);
  if (readdirSync(lineage).some(isLeft)) return true;
  return compacted.some(({ name, replaces, sections }) => {
    if (known[name] === undefined) return true;
    return [...replaces, ...sections.keys()].some((old) => known[old] !== undefined);
  });
}
