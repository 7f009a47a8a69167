import { rmSync } from "node:fs";
import type { StoredRecord } from "../run-record.js";
import type { EventBlock, EventPlace, Last, LayerState } from "./layer.js";
import { type Piece, PieceWriter } from "./layer-file.js";
import { type Dictionaries, RowEncoder } from "./stored-row.js";

/** What is written as one layer. */
export interface LayerContent {
  /** Newest first. */
  readonly runs: Iterable<StoredRecord>;
  /** In the order of the keys' letters, with ascending places among the runs; asked for when the runs are through. */
  readonly keys: () => Iterable<readonly [key: string, places: Iterable<number>]>;
  readonly updates: readonly string[];
  readonly state: LayerState;
  readonly blocks: Iterable<readonly [writer: string, blocks: readonly EventBlock[]]>;
  readonly spans: Iterable<readonly [kind: string, places: readonly EventPlace[]]>;
}

/** What a layer's file ends with. */
export interface LayerFooter extends Dictionaries {
  readonly count: number;
  /** Of each run the offset of its line (a float64) and the line's checksum (uint32), little-endian; one offset more for the end. */
  readonly table: { readonly offset: number; readonly crc: number };
  /** Blocks of keys, by the first key of each. */
  readonly keys: readonly (readonly [first: string, ...piece: Piece])[];
  readonly blocks: Piece;
  readonly spans: readonly (readonly [kind: string, ...piece: Piece])[];
  readonly updates: readonly string[];
  readonly aliases: readonly (readonly [string, Last<unknown>])[];
  readonly deployments: readonly (readonly [string, Last<unknown>])[];
  readonly requests: readonly (readonly [string, unknown])[];
}

/** Of each block of events: [start, end, minMs, maxMs, kinds, authors], the last two by their places in the lists. */
export interface StoredBlocks {
  readonly kinds: readonly string[];
  readonly authors: readonly string[];
  readonly writers: readonly (readonly [writer: string, blocks: readonly StoredBlock[]])[];
}

export type StoredBlock = readonly [
  start: number,
  end: number,
  minMs: number,
  maxMs: number,
  kinds: readonly number[],
  authors: readonly number[],
];

export const ENTRY_BYTES = 12;
/** The footer's offset (float64), length and checksum (uint32 each). */
export const TRAILER_BYTES = 16;
const KEY_BLOCK_CHARS = 16 << 10;
/** Base of the numbers in lists of places. */
export const RADIX = 36;

/**
 * Writes a layer: a line for each run (with a comma behind it, so that many are parsed as one array), a table of these lines, keys in blocks, and a footer that says where all this stands. Holds no
 * more in memory than the table and one block.
 */
export function writeLayer(path: string, content: LayerContent): void {
  const file = new PieceWriter(path);
  try {
    const encoder = new RowEncoder();
    const { count, table } = writeRuns(file, content.runs, encoder);
    const keys = writeKeys(file, content.keys());
    const blocks = file.write(JSON.stringify(storedBlocks(content.blocks)));
    const spans = [...content.spans].map(([kind, places]) => {
      const rows = places.map(({ writer, start, end }) => [writer, start, end]);
      return [kind, ...file.write(JSON.stringify(rows))] as const;
    });
    const { aliases, deployments, requests } = content.state;
    const footer: LayerFooter = {
      ...{ count, table, keys, blocks, spans, updates: content.updates },
      ...encoder.dictionaries,
      aliases: [...aliases],
      deployments: [...deployments],
      requests: [...requests],
    };
    const [offset, bytes, crc] = file.write(JSON.stringify(footer));
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeDoubleLE(offset, 0);
    trailer.writeUInt32LE(bytes, 8);
    trailer.writeUInt32LE(crc, 12);
    file.write(trailer);
    file.end();
  } catch (error) {
    file.close();
    rmSync(path, { force: true });
    throw error;
  }
}

function writeRuns(
  file: PieceWriter,
  runs: Iterable<StoredRecord>,
  encoder: RowEncoder,
): Pick<LayerFooter, "count" | "table"> {
  let table = Buffer.alloc(1 << 16);
  let count = 0;
  let end = 0;
  for (const run of runs) {
    const [offset, bytes, crc] = file.write(`${encoder.encode(run)},\n`);
    if ((count + 2) * ENTRY_BYTES > table.length) table = Buffer.concat([table, Buffer.alloc(table.length)]);
    table.writeDoubleLE(offset, count * ENTRY_BYTES);
    table.writeUInt32LE(crc, count * ENTRY_BYTES + 8);
    count += 1;
    end = offset + bytes;
  }
  table.writeDoubleLE(end, count * ENTRY_BYTES);
  const [offset, , crc] = file.write(table.subarray(0, (count + 1) * ENTRY_BYTES));
  return { count, table: { offset, crc } };
}

function writeKeys(
  file: PieceWriter,
  keys: Iterable<readonly [string, Iterable<number>]>,
): readonly (readonly [string, ...Piece])[] {
  const directory: (readonly [string, ...Piece])[] = [];
  let first: string | null = null;
  let lines: string[] = [];
  let chars = 0;
  const endBlock = (): void => {
    if (first !== null) directory.push([first, ...file.write(lines.join("\n"))]);
    first = null;
    lines = [];
    chars = 0;
  };
  for (const [key, places] of keys) {
    const line = `${escapeKey(key)}\t${encodePlaces(places)}`;
    first ??= key;
    lines.push(line);
    chars += line.length;
    if (chars >= KEY_BLOCK_CHARS) endBlock();
  }
  endBlock();
  return directory;
}

/** The first place, then how far it is to each next one. */
function encodePlaces(places: Iterable<number>): string {
  const steps: string[] = [];
  let last = 0;
  for (const place of places) {
    steps.push((place - last).toString(RADIX));
    last = place;
  }
  return steps.join(",");
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t" };

function escapeKey(key: string): string {
  return key.replace(/[\\\n\t]/g, (letter) => ESCAPES[letter] ?? letter);
}

export function unescapeKey(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : letter));
}

function storedBlocks(all: LayerContent["blocks"]): StoredBlocks {
  const kinds = new Map<string, number>();
  const authors = new Map<string, number>();
  const place = (words: Map<string, number>, word: string): number => {
    if (!words.has(word)) words.set(word, words.size);
    return words.get(word) ?? 0;
  };
  const writers = [...all].map(([writer, blocks]) => {
    const rows = blocks.map(
      ({ start, end, minMs, maxMs, ...sets }): StoredBlock => [
        ...([start, end, minMs, maxMs] as const),
        sets.kinds.map((kind) => place(kinds, kind)),
        sets.authors.map((author) => place(authors, author)),
      ],
    );
    return [writer, rows] as const;
  });
  return { kinds: [...kinds.keys()], authors: [...authors.keys()], writers };
}
