import type { Encoded, EncodedColumn } from "./format.js";
import { CODE } from "./format.js";
import { asDoubles, bytesOf } from "./properties.js";
import { commonSymbol } from "./symbols.js";

/** Where an encoder puts bytes, and how it names an object. */
export interface ColumnContext {
  /** Keeps a blob and gives its index. */
  blob(bytes: Uint8Array): number;
  reference(value: object): Encoded;
}

/** Shorter lists stand in the header as they are. */
const SHORT = 24;
/** Strings of one JSON blob stay well below V8's longest string. */
const CHUNK_LETTERS = 1 << 26;
const CHUNK_VALUES = 1 << 18;

export function encodeColumn(
  length: number,
  at: (index: number) => unknown,
  isHole: ((index: number) => boolean) | null,
  context: ColumnContext,
): EncodedColumn {
  if (length < SHORT) {
    return {
      t: "values",
      v: Array.from({ length }, (_, index) => (isHole?.(index) ? [CODE.hole] : encodeValue(at(index), context))),
    };
  }
  if (!isHole) {
    const even = encodeEven(length, at, context);
    if (even) return even;
  }
  return encodeGaps(length, at, isHole, context) ?? encodeMixed(length, at, isHole, context);
}

export function encodeValue(value: unknown, context: Pick<ColumnContext, "reference">): Encoded {
  switch (typeof value) {
    case "number":
      if (Number.isFinite(value)) return Object.is(value, -0) ? [CODE.minusZero] : value;
      return [Number.isNaN(value) ? CODE.nan : value > 0 ? CODE.infinity : CODE.minusInfinity];
    case "undefined":
      return [CODE.undefined];
    case "bigint":
      return [CODE.bigint, value.toString()];
    case "object":
      return value === null ? null : context.reference(value);
    case "string":
    case "boolean":
      return value;
    case "symbol": {
      const { isKnown = false, key = "" } = commonSymbol(value) ?? {};
      return [isKnown ? CODE.knownSymbol : CODE.symbol, key];
    }
    default:
      throw new TypeError(`Cannot encode a ${typeof value}: canonicalHash should have refused it`);
  }
}

/** Values all of one kind, without gaps; null if they are not. */
function encodeEven(length: number, at: (index: number) => unknown, context: ColumnContext): EncodedColumn | null {
  const first = at(0);
  const doubles = asDoubles(length, at);
  if (doubles) return { t: "double", b: context.blob(bytesOf(doubles)) };
  if (typeof first === "boolean") return encodeBooleans(length, at, context);
  if (typeof first === "string") return encodeStrings(length, at, context);
  if (typeof first === "bigint") {
    for (let i = 0; i < length; i += 1) if (typeof at(i) !== "bigint") return null;
    return { t: "bigint", b: jsonBlobs(length, (index) => String(at(index)), context) };
  }
  return typeof first === "object" && first !== null ? encodeReferences(length, at, context) : null;
}

function encodeBooleans(length: number, at: (index: number) => unknown, context: ColumnContext): EncodedColumn | null {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    if (typeof value !== "boolean") return null;
    bytes[i] = value ? 1 : 0;
  }
  return { t: "boolean", b: context.blob(bytes) };
}

function encodeStrings(length: number, at: (index: number) => unknown, context: ColumnContext): EncodedColumn | null {
  const indices = new Map<string, number>();
  const picks = new Uint32Array(length);
  const most = Math.min(length >> 2, 1 << 16);
  let words: string[] | null = [];
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    if (typeof value !== "string") return null;
    if (!words) continue;
    let index = indices.get(value);
    if (index === undefined) {
      index = words.length;
      indices.set(value, index);
      words.push(value);
      if (words.length > most) words = null;
    }
    picks[i] = index;
  }
  if (!words) return { t: "string", b: jsonBlobs(length, at, context) };
  const width = words.length <= 0x100 ? 1 : words.length <= 0x1_0000 ? 2 : 4;
  const narrow = width === 1 ? Uint8Array.from(picks) : width === 2 ? Uint16Array.from(picks) : picks;
  return { t: "words", words, width, b: context.blob(bytesOf(narrow)) };
}

/** Objects of one pool, or dates that nobody else holds. */
function encodeReferences(
  length: number,
  at: (index: number) => unknown,
  context: ColumnContext,
): EncodedColumn | null {
  const numbers = new Float64Array(length);
  let pool = -1;
  let isRun = true;
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    if (typeof value !== "object" || value === null) return null;
    const reference = context.reference(value);
    if (typeof reference !== "object" || reference === null) return null;
    // What stands for an object is made of numbers alone.
    const [code, target, index] = reference as unknown as readonly [number, number, number];
    if (i === 0) pool = code === CODE.date ? -2 : target;
    if (code === CODE.date && pool === -2) numbers[i] = target ?? Number.NaN;
    else if (code === CODE.pooled && target === pool) {
      numbers[i] = index;
      if (i > 0 && index !== (numbers[0] ?? 0) + i) isRun = false;
    } else return null;
  }
  if (pool === -2) return { t: "date", b: context.blob(bytesOf(numbers)) };
  if (isRun) return { t: "run", pool, from: numbers[0] ?? 0, n: length };
  return { t: "picks", pool, b: context.blob(bytesOf(Uint32Array.from(numbers))) };
}

function encodeGaps(
  length: number,
  at: (index: number) => unknown,
  isHole: ((index: number) => boolean) | null,
  context: ColumnContext,
): EncodedColumn | null {
  const codes = new Uint8Array(length);
  const filled: number[] = [];
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    codes[i] = value === null ? 1 : value !== undefined ? 0 : isHole?.(i) ? 3 : 2;
    if (codes[i] === 0) filled.push(i);
  }
  if (filled.length === length) return null;
  if (filled.length === 0) return { t: "gaps", b: context.blob(codes), of: { t: "values", v: [] } };
  const compact = (index: number): unknown => at(filled[index] ?? 0);
  const of =
    filled.length < SHORT
      ? encodeColumn(filled.length, compact, null, context)
      : encodeEven(filled.length, compact, context);
  return of && { t: "gaps", b: context.blob(codes), of };
}

function encodeMixed(
  length: number,
  at: (index: number) => unknown,
  isHole: ((index: number) => boolean) | null,
  context: ColumnContext,
): EncodedColumn {
  return {
    t: "json",
    b: jsonBlobs(length, (index) => (isHole?.(index) ? [CODE.hole] : encodeValue(at(index), context)), context),
  };
}

function jsonBlobs(length: number, at: (index: number) => unknown, context: ColumnContext): number[] {
  const blobs: number[] = [];
  let chunk: unknown[] = [];
  let letters = 0;
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    chunk.push(value);
    letters += typeof value === "string" ? value.length : 8;
    if (chunk.length < CHUNK_VALUES && letters < CHUNK_LETTERS) continue;
    blobs.push(context.blob(Buffer.from(JSON.stringify(chunk))));
    chunk = [];
    letters = 0;
  }
  if (chunk.length > 0) blobs.push(context.blob(Buffer.from(JSON.stringify(chunk))));
  return blobs;
}
