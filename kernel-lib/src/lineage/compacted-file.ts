import { closeSync, fsyncSync, openSync, type Stats } from "node:fs";
import type { Hlc } from "./clock.js";
import { type BlockIndex, GzipBlockWriter, openBlocks, readBlockIndex } from "./gzip-blocks.js";
import { type SegmentBytes, windowOf } from "./segment-bytes.js";

/**
 * A compacted file `<ULID>.jsonl.gz` holds old segments byte for byte, one after the other, behind a line that names them with
 * their heads: so each chain is checked as before, and a place in a segment stays the same place. Its name is new each time
 * that it is written; nobody ever changes one.
 *
 * Packed by gzip, to a quarter or less: Node 20 has no zstd, and zcat, Python and DuckDB read this without us. Not rewritten into
 * larger batches, although that would be smaller still: then `verify` could not walk the chains that the heads bear witness of.
 */
export const COMPACTED = ".jsonl.gz";

/** One segment of a compacted file. */
export interface Section {
  readonly writer: string;
  /** Up to its last commit. */
  readonly bytes: number;
  /** Lines of its batches. */
  readonly events: number;
  /** Of its last commit. */
  readonly hash: string;
  /** Of its last event. */
  readonly hlc: Hlc;
}

interface Header {
  /** Counted up when a version of today could not read it. */
  readonly compacted: 1;
  /** Names of compacted files whose place this one takes: they count for nothing, though they may still be there. */
  readonly replaces: readonly string[];
  readonly segments: readonly Section[];
}

export interface PlacedSection extends Section {
  /** Where it begins in the file's content. */
  readonly start: number;
}

export interface CompactedFile extends Omit<Header, "segments" | "compacted"> {
  readonly name: string;
  readonly path: string;
  readonly sections: ReadonlyMap<string, PlacedSection>;
  readonly blocks: BlockIndex;
  /** Of the header's line. */
  readonly headerBytes: number;
}

/**
 * Reads the first line of a compacted file.
 *
 * @throws Error if it is none, or of a later version
 */
export function readCompacted(path: string, name: string): CompactedFile {
  const fd = openSync(path, "r");
  let blocks: BlockIndex;
  try {
    blocks = readBlockIndex(fd);
  } finally {
    closeSync(fd);
  }
  const content = openBlocks(path, blocks);
  try {
    const line = readLine(content);
    // The shape is looked at below, as far as anything is made of it.
    const header = JSON.parse(line.toString("utf8")) as Partial<Header>;
    if (header.compacted !== 1)
      throw new Error(`it was written by a later version of Tagline (format ${JSON.stringify(header.compacted)})`);
    let start = line.length + 1;
    const sections = new Map<string, PlacedSection>();
    for (const section of header.segments ?? []) {
      sections.set(section.writer, { ...section, start });
      start += section.bytes;
    }
    if (start !== content.size) throw new Error(`it holds ${content.size} bytes, and should hold ${start}`);
    return { name, path, replaces: header.replaces ?? [], sections, blocks, headerBytes: line.length + 1 };
  } finally {
    content.close();
  }
}

/** @throws Error as `openSync` does */
export function openSection(file: CompactedFile, section: PlacedSection): SegmentBytes {
  return windowOf(openBlocks(file.path, file.blocks), section.start, section.bytes);
}

/** What goes into a compacted file: a section, and its bytes, piece by piece. */
export interface SectionSource {
  readonly section: Section;
  readonly pieces: () => Iterable<Buffer>;
}

/** Writes a compacted file and syncs it. */
export function writeCompacted(path: string, replaces: readonly string[], sources: readonly SectionSource[]): void {
  const header: Header = { compacted: 1, replaces, segments: sources.map(({ section }) => section) };
  const fd = openSync(path, "w");
  try {
    const writer = new GzipBlockWriter(fd);
    writer.write(Buffer.from(`${JSON.stringify(header)}\n`));
    for (const { section, pieces } of sources) {
      let bytes = 0;
      for (const piece of pieces()) {
        writer.write(piece);
        bytes += piece.length;
      }
      if (bytes !== section.bytes)
        throw new Error(`Cannot compact ${section.writer}.jsonl: it changed from ${section.bytes} bytes to ${bytes}`);
    }
    writer.end();
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readLine(content: SegmentBytes): Buffer {
  for (let length = 1 << 16; ; length *= 4) {
    const text = content.read(0, length);
    const newline = text.indexOf(0x0a);
    if (newline >= 0) return Buffer.from(text.subarray(0, newline));
    if (length >= content.size) throw new Error("it has no first line");
  }
}

/** Equal for the same file with the same bytes. */
export function identityOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino}.${size}.${mtimeMs}`;
}
