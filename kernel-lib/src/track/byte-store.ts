import { createHash } from "node:crypto";

/** Buffers up to this size are kept as they were, while there is room for copies; larger ones as hashes of chunks. */
const COPY_BYTES = 1024 * 1024;
const COPIES_BYTES = 32 * 1024 * 1024;
/** Bytes below one name that are looked at whole; above that, head, tail and strides. */
export const BYTE_BUDGET = 32 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const SAMPLED_END_BYTES = 1024 * 1024;
const SAMPLED_PIECES = 256;
const SAMPLED_PIECE_BYTES = 4096;

/** A stretch of a buffer: what a typed array, a `DataView`, a `Buffer` or the buffer itself shows. */
export class Bytes {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  readonly length: number;
  /** To be told without asking the value, which may be a proxy. */
  readonly #isBytes = true;

  static is(value: object): value is Bytes {
    return #isBytes in value;
  }

  constructor(buffer: ArrayBufferLike, start: number, length: number) {
    this.buffer = buffer;
    this.start = start;
    this.length = length;
  }
}

interface Chunk {
  readonly start: number;
  readonly end: number;
  /** The bytes themselves, or their hash. */
  readonly was: Uint8Array | string;
}

type Span = readonly [start: number, end: number];

/** The bytes of buffers as they were when they were first met, and what of them is different now. */
export class ByteStore {
  readonly #kept = new Map<ArrayBufferLike, readonly Chunk[]>();
  readonly #spans = new Map<ArrayBufferLike, readonly Span[]>();
  #copied = 0;

  /** Keeps a buffer of which `bytes` are a part; `budget` bytes of it are looked at whole. Returns how many that were. */
  keep({ buffer, start, length }: Bytes, budget: number): number {
    if (this.#kept.has(buffer)) return 0;
    const size = buffer.byteLength;
    if (size <= COPY_BYTES && this.#copied + size <= COPIES_BYTES) {
      this.#copied += size;
      this.#kept.set(buffer, [{ start: 0, end: size, was: new Uint8Array(buffer).slice() }]);
      return size;
    }
    const stretches =
      size <= budget
        ? chunks(0, size)
        : [...sampled(0, size), ...(length < size ? sampled(start, start + length) : [])];
    this.#kept.set(
      buffer,
      stretches.map(([from, to]) => ({ start: from, end: to, was: hashOf(buffer, from, to) })),
    );
    return size;
  }

  /** True if any byte there is not what it was. A buffer that was not kept did not change. */
  changed({ buffer, start, length }: Bytes): boolean {
    return this.#changedSpans(buffer).some(([from, to]) => from < start + length && to > start);
  }

  /** True if `now` has the bytes that `before` had. */
  same(before: Bytes, now: Bytes): boolean {
    if (before.length !== now.length) return false;
    if (before.buffer === now.buffer && before.start === now.start) return !this.changed(before);
    const was = this.#bytesBefore(before);
    return was !== null && Buffer.compare(was, view(now.buffer, now.start, now.start + now.length)) === 0;
  }

  /** True if a stretch was for `other` what it was for this one. */
  wasSame(mine: Bytes, theirs: Bytes, other: ByteStore): boolean {
    if (mine.buffer !== theirs.buffer || mine.start !== theirs.start || mine.length !== theirs.length) return false;
    const kept = this.#kept.get(mine.buffer);
    const then = other.#kept.get(mine.buffer);
    return (
      kept !== undefined &&
      then !== undefined &&
      kept.length === then.length &&
      kept.every((chunk, place) => isSameChunk(chunk, then[place]))
    );
  }

  /** Takes what changed since `other` kept it for what it was, where it was still as this one knows it. */
  absorb(other: ByteStore): void {
    for (const buffer of other.#kept.keys()) {
      const all = new Bytes(buffer, 0, buffer.byteLength);
      if (!this.#kept.has(buffer) || !this.wasSame(all, all, other)) continue;
      this.#kept.delete(buffer);
      this.#spans.delete(buffer);
      this.keep(all, BYTE_BUDGET);
    }
  }

  /** The bytes as they were; null where only their hashes are known. */
  #bytesBefore({ buffer, start, length }: Bytes): Uint8Array | null {
    const kept = this.#kept.get(buffer);
    if (kept === undefined || !this.changed(new Bytes(buffer, start, length)))
      return view(buffer, start, start + length);
    const [whole] = kept;
    return whole === undefined || typeof whole.was === "string" ? null : whole.was.subarray(start, start + length);
  }

  #changedSpans(buffer: ArrayBufferLike): readonly Span[] {
    const known = this.#spans.get(buffer);
    if (known !== undefined) return known;
    const spans = (this.#kept.get(buffer) ?? []).flatMap((chunk) => changesOf(buffer, chunk));
    this.#spans.set(buffer, spans);
    return spans;
  }
}

function isSameChunk({ start, end, was }: Chunk, other: Chunk | undefined): boolean {
  if (other === undefined || other.start !== start || other.end !== end) return false;
  if (typeof was === "string" || typeof other.was === "string") return was === other.was;
  return Buffer.compare(was, other.was) === 0;
}

function view(buffer: ArrayBufferLike, start: number, end: number): Uint8Array {
  // A buffer that was handed over to a thread is empty now.
  const from = Math.min(start, buffer.byteLength);
  return new Uint8Array(buffer, from, Math.min(end, buffer.byteLength) - from);
}

function hashOf(buffer: ArrayBufferLike, start: number, end: number): string {
  return createHash("sha1")
    .update(view(buffer, start, end))
    .digest("base64");
}

function chunks(start: number, end: number): Span[] {
  const found: Span[] = [];
  for (let at = start; at < end; at += CHUNK_BYTES) found.push([at, Math.min(end, at + CHUNK_BYTES)]);
  return found;
}

function sampled(start: number, end: number): Span[] {
  if (end - start <= 2 * SAMPLED_END_BYTES) return chunks(start, end);
  const stride = Math.floor((end - start) / SAMPLED_PIECES);
  const pieces = Array.from({ length: SAMPLED_PIECES }, (_, index): Span => {
    const at = start + index * stride;
    return [at, Math.min(end, at + SAMPLED_PIECE_BYTES)];
  });
  return [...chunks(start, start + SAMPLED_END_BYTES), ...pieces, ...chunks(end - SAMPLED_END_BYTES, end)];
}

/** Where a chunk is different now: to the byte where it was copied, else all of it. */
function changesOf(buffer: ArrayBufferLike, { start, end, was }: Chunk): Span[] {
  if (typeof was === "string") return hashOf(buffer, start, end) === was ? [] : [[start, end]];
  const now = view(buffer, start, end);
  if (Buffer.compare(was, now) === 0) return [];
  const spans: Span[] = [];
  let from = -1;
  for (let at = 0; at < was.length; at += 1) {
    const differs = was[at] !== now[at];
    if (differs && from < 0) from = at;
    if (differs || from < 0) continue;
    spans.push([from, at]);
    from = -1;
  }
  if (from >= 0) spans.push([from, was.length]);
  return spans;
}
