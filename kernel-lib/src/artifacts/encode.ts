import { viewName } from "./canonical-hash.js";
import { packContainer } from "./container.js";
import { type ColumnContext, encodeColumn, encodeValue } from "./encode-column.js";
import {
  CODE,
  type Encoded,
  type EncodedBundle,
  type EncodedColumn,
  type EncodedNode,
  type EncodedPool,
  type ObjectState,
} from "./format.js";
import { type Classes, keptKeys, type ObjectKind } from "./kinds.js";
import type { Leaves } from "./leaves.js";
import type { TableLike } from "./library-types.js";
import { forEachPart, isPooledBuffer, knownKind, noPath, stateOf } from "./object-parts.js";
import { arrayKeys, bytesOf, readOwn } from "./properties.js";
import type { PlainTable } from "./table.js";

/**
 * Values as the bytes of one stored object, sharing and cycles kept. The values have passed canonicalHash, and `leaves`
 * knows their tensors and models.
 *
 * Two walks: the first gives each object a place (objects of one shape go into a pool, to be stored by column; the
 * others are nodes), the second writes them, when everything has a name to be referred to by.
 */
export function encodeBundle(values: ReadonlyMap<string, unknown>, classes: Classes, leaves: Leaves): Buffer {
  return new BundleEncoder(classes, leaves).encode(values);
}

/** Arrays up to this length are stored by position across all arrays of that length. */
const SHORT_ARRAY = 64;

interface Pool {
  readonly keys: readonly string[] | null;
  readonly members: object[];
  readonly length: number;
  readonly state: ObjectState | 0;
  readonly kind: ObjectKind;
}

class BundleEncoder implements ColumnContext {
  readonly #classes: Classes;
  readonly #leaves: Leaves;
  readonly #references = new Map<object, Encoded>();
  readonly #pools: Pool[] = [];
  readonly #poolByShape = new Map<string, number>();
  #lastPool = -1;
  readonly #nodes: { readonly value: object; readonly kind: ObjectKind }[] = [];
  /** Dates held in one place, which need no node. */
  readonly #dates = new Set<object>();
  /** How many views each ArrayBuffer has. */
  readonly #views = new Map<object, number>();
  readonly #blobs: Uint8Array[] = [];

  constructor(classes: Classes, leaves: Leaves) {
    this.#classes = classes;
    this.#leaves = leaves;
  }

  encode(values: ReadonlyMap<string, unknown>): Buffer {
    for (const value of values.values()) if (typeof value === "object" && value !== null) this.#placeAll(value);
    for (const [buffer, count] of this.#views) {
      if (count > 1 && !this.#references.has(buffer)) this.#placeNode(buffer, knownKind(buffer, this.#classes));
    }
    const pools = this.#pools.map((pool) => this.#pool(pool));
    const nodes = this.#nodes.map(({ value, kind }) => this.#node(value, kind));
    const names = Object.fromEntries([...values].map(([name, value]) => [name, encodeValue(value, this)]));
    return packContainer({ v: 1, names, pools, nodes } satisfies EncodedBundle, this.#blobs);
  }

  blob(bytes: Uint8Array): number {
    return this.#blobs.push(bytes) - 1;
  }

  reference(value: object): Encoded {
    const reference = this.#references.get(value);
    if (reference === undefined)
      throw new Error("Cannot encode an object that was not there before: the value changed while it was stored");
    return reference;
  }

  /** Breadth first, so that the rows of an array get places in a row. */
  #placeAll(root: object): void {
    const queue = [root];
    for (let head = 0; head < queue.length; head += 1) {
      // Below the queue's length.
      const value = queue[head] as object;
      if (this.#references.has(value)) {
        if (this.#dates.delete(value)) this.#placeNode(value, knownKind(value, this.#classes));
        continue;
      }
      const kind = knownKind(value, this.#classes);
      this.#place(value, kind);
      if (kind.kind === "table")
        forEachCell(this.#leaves.plainTable(value as unknown as TableLike), (part) => queue.push(part));
      else if (kind.kind !== "view") forEachPart(value, kind, (part) => queue.push(part));
      else if (!isPooledBuffer(value as ArrayBufferView)) {
        const { buffer } = value as ArrayBufferView;
        this.#views.set(buffer, (this.#views.get(buffer) ?? 0) + 1);
      }
    }
  }

  #place(value: object, kind: ObjectKind): void {
    if (kind.kind === "date" && kind.className === null && stateOf(value) === 0) {
      const ms = (value as Date).getTime();
      this.#dates.add(value);
      this.#references.set(value, Number.isNaN(ms) ? [CODE.date] : [CODE.date, ms]);
      return;
    }
    if (kind.kind === "object") {
      this.#placeInPool(value, kind, keptKeys(value, kind));
      return;
    }
    if (kind.kind === "array") {
      const array = value as readonly unknown[];
      if (array.length > 0 && array.length <= SHORT_ARRAY) {
        const { filled, extras } = arrayKeys(array);
        if (!filled && extras.length === 0) {
          this.#placeInPool(value, kind, null);
          return;
        }
      }
    }
    this.#placeNode(value, kind);
  }

  #placeNode(value: object, kind: ObjectKind): void {
    this.#references.set(value, [CODE.node, this.#nodes.length]);
    this.#nodes.push({ value, kind });
  }

  #placeInPool(value: object, kind: ObjectKind, keys: readonly string[] | null): void {
    const state = stateOf(value);
    const length = keys?.length ?? (value as readonly unknown[]).length;
    let index = this.#lastPool;
    const last = this.#pools[index];
    // Rows of one shape come in a row: most of the time it is the pool of the one before.
    if (!last || last.length !== length || last.state !== state || last.kind !== kind || !sameKeys(last.keys, keys)) {
      index = this.#findPool(keys, length, state, kind);
      this.#lastPool = index;
    }
    const members = this.#pools[index]?.members ?? [];
    this.#references.set(value, [CODE.pooled, index, members.push(value) - 1]);
  }

  #findPool(keys: readonly string[] | null, length: number, state: ObjectState | 0, kind: ObjectKind): number {
    const shape = `${kind.className ?? (kind.bare ? "-" : "")}|${state}|${keys ? JSON.stringify(keys) : length}`;
    let index = this.#poolByShape.get(shape);
    if (index === undefined) {
      index = this.#pools.push({ keys, members: [], length, state, kind }) - 1;
      this.#poolByShape.set(shape, index);
    }
    return index;
  }

  #pool({ keys, members, length, state, kind }: Pool): EncodedPool {
    const columns = Array.from({ length }, (_, position) => {
      const key = keys?.[position] ?? String(position);
      return encodeColumn(members.length, (index) => readOwn(members[index] as object, key, noPath), null, this);
    });
    return {
      keys,
      n: members.length,
      columns,
      ...(state ? { state } : {}),
      ...(kind.className === null ? {} : { className: kind.className }),
      ...(kind.bare ? { bare: true } : {}),
    };
  }

  #node(value: object, kind: ObjectKind): EncodedNode {
    const content = this.#content(value, kind);
    const state =
      kind.kind === "view" ||
      kind.kind === "table" ||
      kind.kind === "tensor" ||
      kind.kind === "model" ||
      kind.kind === "custom"
        ? 0
        : stateOf(value);
    const keys = this.#moreKeys(value, kind);
    return {
      ...content,
      ...(state ? { state } : {}),
      ...(kind.className === null ? {} : { className: kind.className }),
      ...(keys.length === 0
        ? {}
        : {
            more: {
              keys,
              values: encodeColumn(keys.length, (index) => readOwn(value, keys[index] ?? "", noPath), null, this),
            },
          }),
    };
  }

  #moreKeys(value: object, kind: ObjectKind): readonly string[] {
    if (kind.kind === "array") return arrayKeys(value as readonly unknown[]).extras;
    if (kind.kind === "map" || kind.kind === "set") return Object.keys(value);
    if (kind.kind === "error") return Object.keys(value).filter((key) => !ERROR_FIELDS.has(key));
    return [];
  }

  /** Each `as` rests on the kind. */
  #content(value: object, kind: ObjectKind): EncodedNode {
    switch (kind.kind) {
      case "array":
        return this.#array(value as readonly unknown[]);
      case "map": {
        const entries = [...(value as ReadonlyMap<unknown, unknown>)];
        return {
          k: "map",
          keys: this.#list(entries.map(([key]) => key)),
          values: this.#list(entries.map(([, inner]) => inner)),
        };
      }
      case "set":
        return { k: "set", values: this.#list([...(value as ReadonlySet<unknown>)]) };
      case "date": {
        const ms = (value as Date).getTime();
        return { k: "date", ms: Number.isNaN(ms) ? null : ms };
      }
      case "regexp": {
        const { source, flags, lastIndex } = value as RegExp;
        return { k: "regexp", source, flags, lastIndex };
      }
      case "url":
        return { k: "url", href: (value as URL).href };
      case "boxed":
        return { k: "boxed", value: encodeValue((value as { valueOf(): unknown }).valueOf(), this) };
      case "error":
        return this.#error(value as Error);
      case "buffer":
        // A copy: the bytes must not change between hashing and writing.
        return {
          k: "buffer",
          shared: !(value instanceof ArrayBuffer),
          b: this.blob(Uint8Array.from(new Uint8Array(value as ArrayBuffer))),
        };
      case "view":
        return this.#view(value as ArrayBufferView);
      case "table":
        return this.#table(value as unknown as TableLike);
      default: {
        const leaf = this.#leaves.find(value, kind.kind, noPath);
        if (!leaf) throw new Error("Cannot encode a tensor or model before its bytes are there");
        return { k: "leaf", kind: leaf.kind, meta: leaf.meta, b: this.blob(leaf.bytes) };
      }
    }
  }

  #array(array: readonly unknown[]): EncodedNode {
    const { filled } = arrayKeys(array);
    if (!filled) return { k: "array", length: array.length, values: this.#list(array) };
    if (filled.length * 2 < array.length) {
      return { k: "array", length: array.length, values: this.#list(filled.map((index) => array[index])), at: filled };
    }
    return {
      k: "array",
      length: array.length,
      values: encodeColumn(
        array.length,
        (index) => array[index],
        (index) => !(index in array),
        this,
      ),
    };
  }

  #list(values: ArrayLike<unknown>): EncodedColumn {
    return encodeColumn(values.length, (index) => values[index], null, this);
  }

  #error(error: Error): EncodedNode {
    const cause = readOwn(error, "cause", noPath);
    const errors = readOwn(error, "errors", noPath);
    return {
      k: "error",
      type: builtInErrorName(error),
      message: String(error.message),
      stack: typeof error.stack === "string" ? error.stack : null,
      ...(cause === undefined ? {} : { cause: encodeValue(cause, this) }),
      ...(errors === undefined ? {} : { errors: encodeValue(errors, this) }),
    };
  }

  #view(view: ArrayBufferView): EncodedNode {
    const type = viewName(view);
    // A view that is alone on its buffer carries its own part of it.
    if (!this.#references.has(view.buffer)) return { k: "bytes", type, b: this.blob(Uint8Array.from(bytesOf(view))) };
    const length = "length" in view && typeof view.length === "number" ? view.length : view.byteLength;
    return { k: "view", type, buffer: this.reference(view.buffer), offset: view.byteOffset, length };
  }

  #table(table: TableLike): EncodedNode {
    const { names, columns, groups } = this.#leaves.plainTable(table);
    return {
      k: "table",
      names,
      columns: columns.map((values): EncodedColumn => {
        if (ArrayBuffer.isView(values))
          return { t: "typed", type: viewName(values), b: this.blob(Uint8Array.from(bytesOf(values))) };
        return this.#list(values);
      }),
      groups: groups && {
        names: groups.names,
        keys: this.blob(bytesOf(groups.keys)),
        values: groups.values.map((values) => this.#list(values)),
      },
    };
  }
}

/** Calls `visit` with each object in a table's cells. */
function forEachCell({ columns, groups }: PlainTable, visit: (cell: object) => void): void {
  for (const values of [...columns, ...(groups?.values ?? [])]) {
    if (ArrayBuffer.isView(values)) continue;
    for (let index = 0; index < values.length; index += 1) {
      const cell = values[index];
      if (typeof cell === "object" && cell !== null) visit(cell);
    }
  }
}

function sameKeys(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  for (let index = 0; index < b.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

const ERROR_FIELDS = new Set(["message", "stack", "cause", "errors"]);

/** The nearest of JavaScript's own error classes. */
function builtInErrorName(error: Error): string {
  for (let level: object | null = Object.getPrototypeOf(error); level !== null; level = Object.getPrototypeOf(level)) {
    const maker: unknown = Object.getOwnPropertyDescriptor(level, "constructor")?.value;
    if (typeof maker === "function" && Object.getOwnPropertyDescriptor(globalThis, maker.name)?.value === maker)
      return maker.name;
  }
  return "Error";
}
