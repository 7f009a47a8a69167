import { CODE, type Encoded, type EncodedColumn } from "./format.js";
import { knownSymbol } from "./symbols.js";

export interface DecodeContext {
  readonly blobs: readonly Uint8Array[];
  /** A node's object; made on first use, since a table needs those in its cells. */
  readonly node: (index: number) => object;
  readonly pools: readonly (readonly object[])[];
}

export function decodeValue(value: Encoded, { node, pools }: Pick<DecodeContext, "node" | "pools">): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [code, first, second] = value;
  switch (code) {
    case CODE.nan:
      return Number.NaN;
    case CODE.infinity:
      return Number.POSITIVE_INFINITY;
    case CODE.minusInfinity:
      return Number.NEGATIVE_INFINITY;
    case CODE.minusZero:
      return -0;
    case CODE.bigint:
      return BigInt(first ?? 0);
    case CODE.node:
      return node(Number(first));
    case CODE.pooled:
      return pools[Number(first)]?.[Number(second)];
    case CODE.symbol:
      return Symbol.for(String(first));
    case CODE.knownSymbol:
      return knownSymbol(String(first));
    case CODE.date:
      return new Date(first ?? Number.NaN);
    default:
      return undefined;
  }
}

/** The values of a column: a plain array, holes included, or the typed array of a table's column. */
export function decodeColumn(column: EncodedColumn, context: DecodeContext): ArrayLike<unknown> {
  const { blobs, pools } = context;
  switch (column.t) {
    case "values":
      return decodeList(column.v, context);
    case "json": {
      const lists = column.b.map((blob) => decodeList(parse(blobs[blob]) as Encoded[], context));
      return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
    }
    case "double":
      return plainArray(new Float64Array(ownBuffer(blobs[column.b], false)));
    case "boolean":
      return Array.from(blobs[column.b] ?? [], (byte) => byte === 1);
    case "date":
      return Array.from(new Float64Array(ownBuffer(blobs[column.b], false)), (ms) => new Date(ms));
    case "bigint":
      return strings(column.b, context).map((text) => BigInt(text));
    case "string":
      return strings(column.b, context);
    case "words": {
      const buffer = ownBuffer(blobs[column.b], false);
      const picks =
        column.width === 1
          ? new Uint8Array(buffer)
          : column.width === 2
            ? new Uint16Array(buffer)
            : new Uint32Array(buffer);
      return Array.from(picks, (index) => column.words[index]);
    }
    case "run":
      return (pools[column.pool] ?? []).slice(column.from, column.from + column.n);
    case "picks": {
      const members = pools[column.pool] ?? [];
      return Array.from(new Uint32Array(ownBuffer(blobs[column.b], false)), (index) => members[index]);
    }
    case "gaps":
      return fillGaps(blobs[column.b] ?? new Uint8Array(), decodeColumn(column.of, context));
    case "typed":
      return viewOver(column.type, ownBuffer(blobs[column.b], false), 0, null) as unknown as ArrayLike<unknown>;
  }
}

function decodeList(list: readonly Encoded[], context: DecodeContext): unknown[] {
  const values: unknown[] = new Array(list.length);
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index] ?? null;
    if (typeof value !== "object" || value === null) values[index] = value;
    else if (value[0] !== CODE.hole) values[index] = decodeValue(value, context);
  }
  return values;
}

function fillGaps(codes: Uint8Array, filled: ArrayLike<unknown>): unknown[] {
  const values: unknown[] = new Array(codes.length);
  let next = 0;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index];
    if (code === 0) {
      values[index] = filled[next];
      next += 1;
    } else if (code === 1) values[index] = null;
    else if (code === 2) values[index] = undefined;
  }
  return values;
}

function strings(chunks: readonly number[], { blobs }: DecodeContext): string[] {
  // jsonBlobs wrote strings.
  const lists = chunks.map((blob) => parse(blobs[blob]) as string[]);
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
}

function parse(blob: Uint8Array | undefined): unknown {
  return JSON.parse(Buffer.from(blob ?? new Uint8Array()).toString("utf8"));
}

/** Array.from takes the slow way of iterators for large typed arrays. */
function plainArray(doubles: Float64Array): number[] {
  const values: number[] = new Array(doubles.length);
  for (let index = 0; index < doubles.length; index += 1) values[index] = doubles[index] ?? 0;
  return values;
}

/** A blob's bytes in a buffer of their own, as wide views and later changes need. */
export function ownBuffer(blob: Uint8Array | undefined, shared: boolean): ArrayBuffer {
  const length = blob?.length ?? 0;
  // Shared or not, all that is done with it here is the same.
  const buffer = shared ? (new SharedArrayBuffer(length) as unknown as ArrayBuffer) : new ArrayBuffer(length);
  if (blob) new Uint8Array(buffer).set(blob);
  return buffer;
}

type ViewConstructor = new (buffer: ArrayBuffer, offset: number, length?: number) => object;

export function viewOver(type: string, buffer: ArrayBuffer, offset: number, length: number | null): object {
  if (type === "Buffer") return Buffer.from(buffer, offset, length ?? undefined);
  // The names come from viewName: JavaScript's own views.
  const Maker = Object.getOwnPropertyDescriptor(globalThis, type)?.value as ViewConstructor | undefined;
  if (!Maker) throw new Error(`Cannot load a ${type}: this version of Node does not have it`);
  return length === null ? new Maker(buffer, offset) : new Maker(buffer, offset, length);
}
