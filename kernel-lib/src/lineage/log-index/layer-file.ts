import { closeSync, openSync } from "node:fs";
import { crc32 } from "node:zlib";
import { readAt } from "../segment-bytes.js";
import { writeAll } from "../write-all.js";

/** A stretch of a layer's file, with the checksum of its bytes. */
export type Piece = readonly [offset: number, bytes: number, crc: number];

/** What an index's file holds is not what was written there. */
export class DamagedIndexError extends Error {
  override readonly name = "DamagedIndexError";
}

const BUFFER_BYTES = 1 << 20;

/** Writes a file from its start to its end. */
export class PieceWriter {
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #offset = 0;

  /** @throws if the file is there already */
  constructor(path: string) {
    this.#fd = openSync(path, "wx");
  }

  write(content: string | Buffer): Piece {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const piece = [this.#offset, bytes.length, crc32(bytes)] as const;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#offset += bytes.length;
    if (this.#waitingBytes >= BUFFER_BYTES) this.#flush();
    return piece;
  }

  /** @returns the file's size */
  end(): number {
    this.#flush();
    this.close();
    return this.#offset;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    writeAll(this.#fd, bytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** @throws DamagedIndexError if something else stands there */
export function readPiece(fd: number, [offset, length, crc]: Piece): Buffer {
  const bytes = readAt(fd, offset, length);
  if (bytes.length < length || crc32(bytes) !== crc)
    throw new DamagedIndexError(`Cannot read the index at byte ${offset}`);
  return bytes;
}

/** Of a piece of JSON that this version wrote. */
export function readJsonPiece<T>(fd: number, piece: Piece): T {
  // Its bytes were checked, and the manifest tells the version.
  return JSON.parse(readPiece(fd, piece).toString("utf8")) as T;
}
