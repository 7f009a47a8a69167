import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A segment's bytes, wherever they stand: in a file of their own, or in a compacted one. */
export interface SegmentBytes {
  readonly size: number;
  /** Fewer bytes than asked for where the end comes first. They may be overwritten by a later call. */
  read(position: number, length: number): Buffer;
  close(): void;
}

/** @throws Error as `openSync` does */
export function openPlain(path: string): SegmentBytes {
  const fd = openSync(path, "r");
  const { size } = fstatSync(fd);
  return { size, read: (position, length) => readAt(fd, position, length), close: () => closeSync(fd) };
}

/** A part of other bytes, counted from its own start. Closing it closes them. */
export function windowOf(bytes: SegmentBytes, start: number, size: number): SegmentBytes {
  return {
    size,
    read: (position, length) => bytes.read(start + position, Math.max(0, Math.min(length, size - position))),
    close: () => bytes.close(),
  };
}

export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}
