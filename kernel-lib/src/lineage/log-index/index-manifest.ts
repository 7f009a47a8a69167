import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { projectFiles } from "../project.js";
import { continuesFrom, type SegmentPosition, type SegmentProblem } from "../read-segment.js";
import { openPlace, type SegmentScan } from "../segment-folder.js";

/** Counted up with every change of what is kept: an index of another one is thrown away. */
const FORMAT = 3;
const NAME = "index.json";
/** What nobody names any more, another process may be about to name. */
const ORPHAN_MS = 10 * 60_000;

/** What an index is made of, and how far into each segment it reaches. */
export interface Manifest {
  /** Another one for each state. */
  readonly id: string;
  readonly segments: readonly IndexedSegment[];
  readonly problems: readonly SegmentProblem[];
  /** The uppermost first. */
  readonly layers: readonly StoredLayer[];
}

export interface IndexedSegment extends SegmentPosition {
  readonly writer: string;
  /** Of the segment when it was read to its end; null if there was more by then. */
  readonly mtimeMs: number | null;
}

export interface StoredLayer {
  /** Of its file. */
  readonly name: string;
  readonly bytes: number;
}

/** Where the index of a project's log lies. Only ever a cache. */
export function indexFolder(root: string): string {
  return join(projectFiles(root).folder, "cache", "lineage");
}

/** Null if there is none, or none of this version, or it is damaged. */
export function readManifest(root: string): Manifest | null {
  try {
    const text = readFileSync(join(indexFolder(root), NAME), "utf8");
    const newline = text.indexOf("\n");
    const head: unknown = JSON.parse(text.slice(0, newline));
    const body = text.slice(newline + 1);
    if (typeof head !== "object" || head === null || !("format" in head) || !("crc" in head)) return null;
    if (head.format !== FORMAT || head.crc !== crc32(body)) return null;
    return JSON.parse(body) as Manifest; // its checksum holds, so `writeManifest` wrote it
  } catch {
    return null;
  }
}

/** True if the segments still begin with what was indexed. */
export function isOfLog({ segments }: Manifest, scan: SegmentScan): boolean {
  return segments.every(({ writer, mtimeMs, ...position }) => {
    const place = scan.find(writer);
    if (place === null || place.size < position.bytes) return false;
    if (place.size === position.bytes) {
      if (place.compacted !== null) return place.compacted.section.hash === position.hash;
      if (mtimeMs !== null) return place.mtimeMs === mtimeMs;
    }
    const segment = openPlace(place);
    try {
      return continuesFrom(segment, position);
    } finally {
      segment.close();
    }
  });
}

/** Puts a manifest in the place of the one before, and takes away the layers that nobody needs. */
export function writeManifest(root: string, manifest: Manifest): void {
  const folder = indexFolder(root);
  mkdirSync(folder, { recursive: true });
  const body = JSON.stringify(manifest);
  const temporary = join(folder, `${NAME}.${process.pid}.tmp`);
  const fd = openSync(temporary, "w");
  try {
    writeSync(fd, `${JSON.stringify({ format: FORMAT, crc: crc32(body) })}\n${body}`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, join(folder, NAME));
  sweep(folder, manifest);
}

/** Throws the whole index away. */
export function removeIndex(root: string): void {
  rmSync(indexFolder(root), { recursive: true, force: true });
}

function sweep(folder: string, { layers }: Manifest): void {
  const needed = new Set([NAME, ...layers.map(({ name }) => name)]);
  for (const name of readdirSync(folder)) {
    if (needed.has(name)) continue;
    try {
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > ORPHAN_MS) rmSync(path, { force: true });
    } catch {
      // Another process was first.
    }
  }
}
