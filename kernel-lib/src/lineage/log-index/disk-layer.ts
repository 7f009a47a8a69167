import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { DeploymentChanged } from "../events.js";
import type { StoredRecord } from "../run-record.js";
import type { EventBlock, EventPlace, Last, Layer, LayerState, RequestTally, SegmentBlocks } from "./layer.js";
import { DamagedIndexError, type Piece, readJsonPiece, readPiece } from "./layer-file.js";
import { decodeRow } from "./stored-row.js";
import { ENTRY_BYTES, type LayerFooter, RADIX, type StoredBlocks, TRAILER_BYTES, unescapeKey } from "./write-layer.js";

type LastAlias = LayerState["aliases"] extends ReadonlyMap<string, infer T> ? T : never;

/** Readers are not closed by anybody. */
const forgotten = new FinalizationRegistry<number>((fd) => closeSync(fd));

/** Blocks of keys that are kept at hand. */
const KEPT_BLOCKS = 64;
/** Runs that are read together where all are wanted. */
const TOGETHER = 512;

/** A layer in a file. Whatever is asked is read then, and its bytes are checked. */
export class DiskLayer implements Layer {
  readonly count: number;
  readonly updates: readonly string[];
  readonly state: LayerState;
  readonly #fd: number;
  readonly #footer: LayerFooter;
  /** Few beside the events: one for some hundred of them. */
  #blocks: SegmentBlocks | null = null;
  readonly #spans = new Map<string, readonly EventPlace[]>();
  readonly #kept = new Map<number, ReadonlyMap<string, string>>();

  /** @throws if there is none, or it is damaged */
  constructor(path: string) {
    this.#fd = openSync(path, "r");
    try {
      this.#footer = readFooter(this.#fd);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    forgotten.register(this, this.#fd, this);
    const { count, updates, aliases, deployments, requests } = this.#footer;
    this.count = count;
    this.updates = updates;
    // As they were written from a state of this version.
    this.state = {
      aliases: new Map(aliases as readonly (readonly [string, LastAlias])[]),
      deployments: new Map(deployments as readonly (readonly [string, Last<DeploymentChanged>])[]),
      requests: new Map(requests as readonly (readonly [string, RequestTally])[]),
    };
  }

  close(): void {
    forgotten.unregister(this);
    closeSync(this.#fd);
  }

  run(place: number): StoredRecord {
    const [found] = this.#read(place, 1);
    if (found === undefined) throw new RangeError(`Cannot find run ${place} of ${this.count}`);
    return found;
  }

  *runs(): Generator<StoredRecord> {
    for (let place = 0; place < this.count; place += TOGETHER) yield* this.#read(place, TOGETHER);
  }

  find(key: string): Iterable<number> {
    const at = this.#blockOf(key);
    const places = at < 0 ? undefined : this.#block(at).get(key);
    return places === undefined ? [] : decodePlaces(places);
  }

  *keys(prefix: string): Generator<readonly [string, Iterable<number>]> {
    for (let at = Math.max(0, this.#blockOf(prefix)); at < this.#footer.keys.length; at += 1) {
      const [first = ""] = this.#footer.keys[at] ?? [];
      if (first > prefix && !first.startsWith(prefix)) return;
      for (const [key, places] of this.#block(at)) if (key.startsWith(prefix)) yield [key, decodePlaces(places)];
    }
  }

  blocks(): SegmentBlocks {
    this.#blocks ??= readBlocks(this.#fd, this.#footer.blocks);
    return this.#blocks;
  }

  spans(kind: string): readonly EventPlace[] {
    const known = this.#spans.get(kind);
    if (known !== undefined) return known;
    const found = this.#footer.spans.find(([of]) => of === kind);
    if (found === undefined) return [];
    const [, ...piece] = found;
    const rows = readJsonPiece<readonly (readonly [string, number, number])[]>(this.#fd, piece);
    const places = rows.map(([writer, start, end]): EventPlace => ({ writer, start, end }));
    this.#spans.set(kind, places);
    return places;
  }

  rareKinds(): readonly string[] {
    return this.#footer.spans.map(([kind]) => kind);
  }

  #read(place: number, most: number): StoredRecord[] {
    const count = Math.min(most, this.count - place);
    if (count <= 0) return [];
    const table = this.#bytes(this.#footer.table.offset + place * ENTRY_BYTES, (count + 1) * ENTRY_BYTES);
    const offsetOf = (index: number): number => table.readDoubleLE(index * ENTRY_BYTES);
    const start = offsetOf(0);
    const length = offsetOf(count) - start;
    // A table that is not what was written names any place.
    if (!(start >= 0 && length > 0 && offsetOf(count) <= this.#footer.table.offset)) throw damaged(start);
    const bytes = this.#bytes(start, length);
    for (let index = 0; index < count; index += 1) {
      const line = bytes.subarray(offsetOf(index) - start, offsetOf(index + 1) - start);
      if (crc32(line) !== table.readUInt32LE(index * ENTRY_BYTES + 8)) throw damaged(offsetOf(index));
    }
    // One array is parsed faster than as many lines.
    const rows = JSON.parse(`[${bytes.toString("utf8", 0, length - 2)}]`) as readonly unknown[];
    return rows.map((row) => decodeRow(row, this.#footer));
  }

  #bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    if (readSync(this.#fd, bytes, 0, length, offset) < length) throw damaged(offset);
    return bytes;
  }

  /** The last block that may have the key; -1 if none does. */
  #blockOf(key: string): number {
    const { keys } = this.#footer;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle]?.[0] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #block(at: number): ReadonlyMap<string, string> {
    const known = this.#kept.get(at);
    if (known !== undefined) {
      this.#kept.delete(at);
      this.#kept.set(at, known);
      return known;
    }
    const [, ...piece] = this.#footer.keys[at] ?? ["", 0, 0, 0];
    const block = new Map<string, string>();
    for (const line of readPiece(this.#fd, piece as Piece)
      .toString("utf8")
      .split("\n")) {
      const tab = line.indexOf("\t");
      block.set(unescapeKey(line.slice(0, tab)), line.slice(tab + 1));
    }
    this.#kept.set(at, block);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_BLOCKS && oldest !== undefined) this.#kept.delete(oldest);
    return block;
  }
}

function readBlocks(fd: number, piece: Piece): SegmentBlocks {
  const { kinds, authors, writers } = readJsonPiece<StoredBlocks>(fd, piece);
  const words = (list: readonly string[], places: readonly number[]): string[] =>
    places.flatMap((place) => list[place] ?? []);
  return new Map(
    writers.map(([writer, rows]) => {
      const blocks = rows.map(
        ([start, end, minMs, maxMs, ofKinds, ofAuthors]): EventBlock => ({
          ...{ start, end, minMs, maxMs },
          kinds: words(kinds, ofKinds),
          authors: words(authors, ofAuthors),
        }),
      );
      return [writer, blocks] as const;
    }),
  );
}

function readFooter(fd: number): LayerFooter {
  const { size } = fstatSync(fd);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  if (size < TRAILER_BYTES || readSync(fd, trailer, 0, TRAILER_BYTES, size - TRAILER_BYTES) < TRAILER_BYTES)
    throw damaged(0);
  const [offset, bytes] = [trailer.readDoubleLE(0), trailer.readUInt32LE(8)];
  if (offset + bytes !== size - TRAILER_BYTES) throw damaged(size);
  return readJsonPiece<LayerFooter>(fd, [offset, bytes, trailer.readUInt32LE(12)]);
}

function* decodePlaces(text: string): Generator<number> {
  let place = 0;
  let start = 0;
  while (start < text.length) {
    const comma = text.indexOf(",", start);
    const end = comma < 0 ? text.length : comma;
    place += Number.parseInt(text.slice(start, end), RADIX);
    yield place;
    start = end + 1;
  }
}

function damaged(offset: number): DamagedIndexError {
  return new DamagedIndexError(`Cannot read the index at byte ${offset}`);
}
