import { closeSync, fstatSync, openSync } from "node:fs";
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { readAt, type SegmentBytes } from "./segment-bytes.js";
import { writeAll } from "./write-all.js";

/**
 * A gzip file of many members, each of at most `BLOCK_BYTES` of content, so that any place in it is read by unpacking one of them.
 * `zcat` and whatever else reads gzip reads it as a whole. A member says its own length in an extra field (RFC 1952, 2.3.1.1),
 * as BGZF's members do.
 */
const BLOCK_BYTES = 64 << 10;
/** Magic, deflate, extra field; no time; unknown system; an extra field "TL" of four bytes: the member's length. */
const START = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, 0x54, 0x4c, 4, 0]);
const HEADER_BYTES = START.length + 4;
const TRAILER_BYTES = 8;
/** Blocks of one file kept unpacked: small segments share one. */
const KEPT = 16;
const unpacked = new WeakMap<BlockIndex, Map<number, Buffer>>();

/** A member that is not as it was written. */
export class DamagedBlockError extends Error {
  override readonly name = "DamagedBlockError";
  /** Of the member, in the file. */
  readonly offset: number;

  constructor(offset: number, reason: string, options?: ErrorOptions) {
    super(`The packed block at byte ${offset} cannot be read: ${reason}`, options);
    this.offset = offset;
  }
}

/** Writes content of any length, piece by piece. */
export class GzipBlockWriter {
  readonly #fd: number;
  readonly #waiting: Buffer[] = [];
  #length = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The bytes may be overwritten afterwards. */
  write(bytes: Buffer): void {
    this.#waiting.push(Buffer.from(bytes));
    this.#length += bytes.length;
    if (this.#length >= BLOCK_BYTES) this.#flush(BLOCK_BYTES);
  }

  end(): void {
    this.#flush(1);
  }

  #flush(least: number): void {
    const all = Buffer.concat(this.#waiting.splice(0));
    let start = 0;
    for (; all.length - start >= least; start += BLOCK_BYTES) {
      const member = memberOf(all.subarray(start, start + BLOCK_BYTES));
      writeAll(this.#fd, member);
    }
    const rest = all.subarray(start);
    this.#length = rest.length;
    if (rest.length > 0) this.#waiting.push(rest);
  }
}

function memberOf(content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const member = Buffer.alloc(HEADER_BYTES + packed.length + TRAILER_BYTES);
  START.copy(member);
  member.writeUInt32LE(member.length, START.length);
  packed.copy(member, HEADER_BYTES);
  member.writeUInt32LE(crc32(content), member.length - 8);
  member.writeUInt32LE(content.length, member.length - 4);
  return member;
}

/** Where the members of a file begin, and what of the content each holds. */
export interface BlockIndex {
  /** In the file; one more than there are members: the file's end. */
  readonly members: readonly number[];
  /** In the content; likewise. */
  readonly contents: readonly number[];
}

/** @throws DamagedBlockError where a member does not follow on the one before */
export function readBlockIndex(fd: number): BlockIndex {
  const size = fstatSync(fd).size;
  const members = [0];
  const contents = [0];
  let [place, content] = [0, 0];
  while (place < size) {
    const header = readAt(fd, place, HEADER_BYTES);
    if (header.length < HEADER_BYTES || !header.subarray(0, START.length).equals(START))
      throw new DamagedBlockError(place, "it does not begin as one");
    const length = header.readUInt32LE(START.length);
    if (length < HEADER_BYTES + TRAILER_BYTES || place + length > size)
      throw new DamagedBlockError(place, `it would be ${length} bytes long`);
    const held = readAt(fd, place + length - 4, 4).readUInt32LE();
    if (held > BLOCK_BYTES) throw new DamagedBlockError(place, `it would hold ${held} bytes`);
    place += length;
    content += held;
    members.push(place);
    contents.push(content);
  }
  return { members, contents };
}

/** The content of a file whose members are known. */
export function openBlocks(path: string, index: BlockIndex): SegmentBytes {
  const { members, contents } = index;
  const fd = openSync(path, "r");
  const kept = unpacked.get(index) ?? new Map<number, Buffer>();
  unpacked.set(index, kept);
  const size = contents.at(-1) ?? 0;
  const block = (number: number): Buffer => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const [start = 0, end = 0] = [members[number], members[number + 1]];
    const content = unpack(readAt(fd, start, end - start), start);
    const oldest = kept.keys().next();
    if (kept.size >= KEPT && !oldest.done) kept.delete(oldest.value);
    kept.set(number, content);
    return content;
  };
  const read = (position: number, length: number): Buffer => {
    const end = Math.min(size, position + length);
    const parts: Buffer[] = [];
    let number = lastAtMost(contents, position);
    for (let place = position; place < end; number += 1) {
      const begin = contents[number] ?? 0;
      const part = block(number).subarray(place - begin, end - begin);
      if (part.length === 0) break;
      parts.push(part);
      place += part.length;
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  };
  return { size, read, close: () => closeSync(fd) };
}

function unpack(member: Buffer, offset: number): Buffer {
  let content: Buffer;
  try {
    content = inflateRawSync(member.subarray(HEADER_BYTES, member.length - TRAILER_BYTES), {
      maxOutputLength: BLOCK_BYTES,
    });
  } catch (error) {
    throw new DamagedBlockError(offset, error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (content.length !== member.readUInt32LE(member.length - 4)) throw new DamagedBlockError(offset, "its length");
  if (crc32(content) !== member.readUInt32LE(member.length - 8)) throw new DamagedBlockError(offset, "its checksum");
  return content;
}

/** The last index whose value is not above the wanted one. Values rise. */
function lastAtMost(values: readonly number[], wanted: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
