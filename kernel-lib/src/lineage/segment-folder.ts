import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import {
  COMPACTED,
  type CompactedFile,
  identityOf,
  openSection,
  type PlacedSection,
  readCompacted,
} from "./compacted-file.js";
import { openPlain, type SegmentBytes } from "./segment-bytes.js";

export const PLAIN = ".jsonl";
/** What writers are called: a ULID. */
const WRITER = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** A segment in a file of its own, or in a compacted one. */
export interface SegmentPlace {
  readonly writer: string;
  readonly path: string;
  readonly size: number;
  /** Of the file. */
  readonly mtimeMs: number;
  /** Null for a file of its own. */
  readonly compacted: { readonly file: CompactedFile; readonly section: PlacedSection } | null;
}

/** The segments of a folder at one moment. A segment has one place, also while it is moved from one to the other. */
export interface SegmentScan {
  readonly plain: ReadonlyMap<string, SegmentPlace>;
  readonly compacted: readonly CompactedFile[];
  /** Files of another name than a writer's, such as a copy that somebody made: what they hold stands elsewhere, and counts there. */
  readonly strangers: readonly string[];
  /** Compacted files that cannot be read, and why. */
  readonly unreadable: readonly { readonly name: string; readonly reason: string }[];
  find(writer: string): SegmentPlace | null;
}

/** By path: they are read once, since nobody changes one. */
const known = new Map<string, { readonly identity: string; readonly file: CompactedFile | string }>();

/** Has all files read anew, whatever their times say. */
export function forgetCompacted(): void {
  known.clear();
}

/** What a folder holds; nothing where there is none. */
export function scanSegments(folder: string): SegmentScan {
  // While segments are moved, one look may meet neither the old place nor the new one.
  for (let tries = 0; tries < 5; tries += 1) {
    const before = changedAt(folder);
    const scan = scanOnce(folder);
    if (changedAt(folder) === before) return scan;
  }
  return scanOnce(folder);
}

function changedAt(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
}

function scanOnce(folder: string): SegmentScan {
  const names = listFolder(folder);
  const found: CompactedFile[] = [];
  const unreadable: { name: string; reason: string }[] = [];
  for (const name of names) {
    if (!name.endsWith(COMPACTED)) continue;
    const file = compactedAt(join(folder, name), name);
    if (typeof file === "string") unreadable.push({ name, reason: file });
    else if (file !== null) found.push(file);
  }
  const replaced = new Set(found.flatMap(({ replaces }) => replaces));
  const compacted = found.filter(({ name }) => !replaced.has(name));
  const plain = new Map<string, SegmentPlace>();
  const strangers: string[] = [];
  for (const name of names) {
    if (!name.endsWith(PLAIN)) continue;
    const writer = name.slice(0, -PLAIN.length);
    if (!WRITER.test(writer)) {
      strangers.push(name);
      continue;
    }
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    // What a compacted file holds already counts there, unless somebody went on with it.
    if (stats !== undefined && stats.size > sizeIn(compacted, writer))
      plain.set(writer, { writer, path, size: stats.size, mtimeMs: stats.mtimeMs, compacted: null });
  }
  return {
    plain,
    compacted,
    strangers,
    unreadable: unreadable.filter(({ name }) => !replaced.has(name)),
    find: (writer) => plain.get(writer) ?? placeIn(compacted, writer),
  };
}

/** All of them, the oldest writer first (ULIDs sort by time). */
export function listPlaces({ plain, compacted }: SegmentScan): SegmentPlace[] {
  const places = new Map<string, SegmentPlace>();
  for (const file of compacted)
    for (const section of file.sections.values()) places.set(section.writer, toPlace(file, section));
  for (const place of plain.values()) places.set(place.writer, place);
  return [...places.values()].sort((a, b) => (a.writer < b.writer ? -1 : 1));
}

/** Where one segment stands now; null if nowhere. */
export function findSegment(folder: string, writer: string): SegmentPlace | null {
  const path = join(folder, `${writer}${PLAIN}`);
  const stats = statSync(path, { throwIfNoEntry: false });
  const size = stats?.size ?? -1;
  const names = listFolder(folder).filter((name) => name.endsWith(COMPACTED));
  if (names.length > 0) {
    const place = scanCompacted(folder, names, writer);
    if (place !== null && place.size >= size) return place;
  }
  return stats === undefined ? null : { writer, path, size, mtimeMs: stats.mtimeMs, compacted: null };
}

/** @throws Error as `openSync` does */
export function openPlace({ path, compacted }: SegmentPlace): SegmentBytes {
  return compacted === null ? openPlain(path) : openSection(compacted.file, compacted.section);
}

/** Opens a segment wherever it stands; null if it stands nowhere. */
export function openSegment(folder: string, writer: string): SegmentBytes | null {
  // A second look finds what was moved during the first.
  for (let tries = 0; tries < 3; tries += 1) {
    const place = findSegment(folder, writer);
    if (place === null) continue;
    try {
      return openPlace(place);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return null;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function scanCompacted(folder: string, names: readonly string[], writer: string): SegmentPlace | null {
  const files = names.flatMap((name) => {
    const file = compactedAt(join(folder, name), name);
    return file === null || typeof file === "string" ? [] : [file];
  });
  const replaced = new Set(files.flatMap(({ replaces }) => replaces));
  return placeIn(
    files.filter(({ name }) => !replaced.has(name)),
    writer,
  );
}

/** Null if it is gone, a text if it cannot be read. */
function compactedAt(path: string, name: string): CompactedFile | string | null {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      known.delete(path);
      return null;
    }
    const identity = identityOf(stats);
    const last = known.get(path);
    if (last?.identity === identity) return last.file;
    const file = readCompacted(path, name);
    known.set(path, { identity, file });
    return file;
  } catch (error) {
    if (isMissing(error)) return null;
    const reason = error instanceof Error ? error.message : String(error);
    if (stats !== undefined) known.set(path, { identity: identityOf(stats), file: reason });
    return reason;
  }
}

function sizeIn(files: readonly CompactedFile[], writer: string): number {
  let size = -1;
  for (const { sections } of files) size = Math.max(size, sections.get(writer)?.bytes ?? -1);
  return size;
}

function placeIn(files: readonly CompactedFile[], writer: string): SegmentPlace | null {
  let place: SegmentPlace | null = null;
  for (const file of files) {
    const section = file.sections.get(writer);
    if (section !== undefined && section.bytes > (place?.size ?? -1)) place = toPlace(file, section);
  }
  return place;
}

function toPlace(file: CompactedFile, section: PlacedSection): SegmentPlace {
  return { writer: section.writer, path: file.path, size: section.bytes, mtimeMs: 0, compacted: { file, section } };
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new Error(
      `Cannot read the lineage log in ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
