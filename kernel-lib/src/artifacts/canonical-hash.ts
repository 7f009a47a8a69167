import { createHash } from "node:crypto";
import { ByteSink } from "./byte-sink.js";
import { CannotStoreError, propertyPath } from "./cannot-store-error.js";
import { type Classes, keptKeys, kindOf, type ObjectKind } from "./kinds.js";
import type { Leaves } from "./leaves.js";
import type { TableLike } from "./library-types.js";
import { arrayKeys, asDoubles, bytesOf, readOwn, rowKeys } from "./properties.js";
import { commonSymbol } from "./symbols.js";

/**
 * sha256 (hex) of a value's canonical form: equal values have equal hashes. Keys of objects count in sorted order, those
 * of a Map and Set as they stand; -0 is not 0, undefined is not null, a hole is neither. Whether two equal parts are one
 * object does not count, unless the value contains itself.
 *
 * Parts of a kilobyte and more enter by their own hash, so a part that is reached by many ways is read once.
 * Tensors and models that `leaves` does not know yet are asked for, and the result is then meaningless.
 */
export function canonicalHash(name: string, value: unknown, classes: Classes, leaves: Leaves): string {
  try {
    return new CanonicalWriter(name, classes, leaves, false).hash(value);
  } catch (error) {
    if (error === CYCLE) return new CanonicalWriter(name, classes, leaves, true).hash(value);
    if (error instanceof RangeError && /call stack/.test(error.message))
      throw new CannotStoreError(
        name,
        "nested too deeply",
        "Keep long chains in an array instead of linking object to object",
      );
    throw error;
  }
}

const CYCLE = Symbol("the value contains itself");
const LARGE_BYTES = 1024;

class CanonicalWriter {
  readonly #name: string;
  readonly #classes: Classes;
  readonly #leaves: Leaves;
  readonly #sink = new ByteSink();
  /** Objects that the current one sits in. */
  readonly #ancestors = new Set<object>();
  /** Hashes of large parts, by object. */
  readonly #digests = new Map<object, Uint8Array>();
  /** For values that contain themselves: objects in the order they were met. */
  readonly #ordinals: Map<object, number> | null;
  /** The way from the value to where the writer is. */
  readonly #trail: (string | number)[] = [];

  constructor(name: string, classes: Classes, leaves: Leaves, cyclic: boolean) {
    this.#name = name;
    this.#classes = classes;
    this.#leaves = leaves;
    this.#ordinals = cyclic ? new Map() : null;
  }

  hash(value: unknown): string {
    this.#write(value);
    return this.#sink.digestSince(0).toString("hex");
  }

  readonly #path = (): string => {
    let path = this.#name;
    for (const part of this.#trail) path = typeof part === "number" ? `${path}[${part}]` : propertyPath(path, part);
    return path;
  };

  #tag(letter: string): void {
    this.#sink.byte(letter.charCodeAt(0));
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#string(value);
        return;
      case "number":
        this.#tag("d");
        this.#sink.float64(value);
        return;
      case "boolean":
        this.#tag(value ? "t" : "f");
        return;
      case "undefined":
        this.#tag("u");
        return;
      case "bigint":
        this.#tag("i");
        this.#sink.string(value.toString());
        return;
      case "object":
        if (value === null) this.#tag("n");
        else this.#object(value);
        return;
      case "function":
        throw new CannotStoreError(
          this.#path(),
          "a function",
          "Declare it at the top level of a cell, so that steps get its source, and keep only data in the value",
        );
      case "symbol": {
        const common = commonSymbol(value);
        if (common === null)
          throw new CannotStoreError(
            this.#path(),
            "a symbol that no other process has",
            "Use Symbol.for(…), or a string",
          );
        this.#tag(common.isKnown ? "Y" : "y");
        this.#sink.string(common.key);
        return;
      }
    }
  }

  #string(text: string): void {
    if (text.length < LARGE_BYTES) {
      this.#tag("s");
      this.#sink.string(text);
      return;
    }
    const mark = this.#sink.length;
    this.#sink.string(text);
    const digest = this.#sink.digestSince(mark);
    this.#tag("$");
    this.#sink.raw(digest);
  }

  #object(value: object): void {
    const known = this.#digests.get(value);
    if (known !== undefined) {
      this.#digest(known);
      return;
    }
    if (this.#ordinals) {
      const ordinal = this.#ordinals.get(value);
      if (ordinal !== undefined) {
        this.#tag("^");
        this.#sink.uint32(ordinal);
        return;
      }
      this.#ordinals.set(value, this.#ordinals.size);
    } else if (this.#ancestors.has(value)) throw CYCLE;
    const mark = this.#sink.length;
    this.#ancestors.add(value);
    this.#content(value, kindOf(value, this.#classes, this.#path));
    this.#ancestors.delete(value);
    if (this.#sink.length - mark < LARGE_BYTES) return;
    const digest = this.#sink.digestSince(mark);
    if (!this.#ordinals) this.#digests.set(value, digest);
    this.#digest(digest);
  }

  #digest(digest: Uint8Array): void {
    this.#tag("#");
    this.#sink.raw(digest);
  }

  #content(value: object, kind: ObjectKind): void {
    if (kind.className !== null) {
      this.#tag("c");
      this.#sink.string(kind.className);
    }
    // Each `as` below rests on what `kindOf` found.
    switch (kind.kind) {
      case "object":
        this.#tag(kind.bare ? "o" : "{");
        this.#properties(value, keptKeys(value, kind));
        return;
      case "array":
        this.#array(value as readonly unknown[]);
        return;
      case "map":
        this.#tag("m");
        this.#map(value as ReadonlyMap<unknown, unknown>);
        this.#properties(value, Object.keys(value));
        return;
      case "set":
        this.#tag("e");
        this.#list([...(value as ReadonlySet<unknown>)]);
        this.#properties(value, Object.keys(value));
        return;
      case "date":
        this.#tag("D");
        this.#sink.float64((value as Date).getTime());
        return;
      case "regexp":
        this.#tag("/");
        this.#sink.string((value as RegExp).source);
        this.#sink.string((value as RegExp).flags);
        return;
      case "url":
        this.#tag("U");
        this.#sink.string((value as URL).href);
        return;
      case "boxed":
        this.#tag("b");
        this.#write((value as { valueOf(): unknown }).valueOf());
        return;
      case "error":
        this.#tag("!");
        this.#sink.string((value as Error).name);
        this.#sink.string(String((value as Error).message));
        this.#write(readOwn(value, "cause", this.#path));
        this.#properties(
          value,
          Object.keys(value).filter((key) => key !== "stack" && key !== "message" && key !== "cause"),
        );
        return;
      case "buffer":
        this.#tag("B");
        this.#bytes(new Uint8Array(value as ArrayBuffer));
        return;
      case "view":
        this.#tag("V");
        this.#sink.string(viewName(value as ArrayBufferView));
        this.#bytes(bytesOf(value as ArrayBufferView));
        return;
      case "table":
        this.#table(value as unknown as TableLike);
        return;
      case "tensor":
      case "model":
      case "graph-model":
      case "custom":
        this.#tag("L");
        this.#sink.string(this.#leaves.hashOf(value, kind.kind, this.#path));
        return;
    }
  }

  #properties(value: object, keys: string[]): void {
    this.#sink.uint32(keys.length);
    for (const key of keys.sort()) {
      this.#sink.string(key);
      this.#trail.push(key);
      this.#write(readOwnAt(value, key, this.#path));
      this.#trail.pop();
    }
  }

  #array(array: readonly unknown[]): void {
    const { filled, extras } = arrayKeys(array);
    if (filled) {
      this.#tag("S");
      this.#sink.uint32(array.length);
      this.#sink.uint32(filled.length);
      for (const index of filled) {
        this.#sink.uint32(index);
        this.#element(array[index], index);
      }
    } else {
      this.#tag("[");
      this.#list(array);
    }
    if (extras.length > 0) {
      this.#tag("x");
      this.#properties(array, [...extras]);
    }
  }

  #list(array: readonly unknown[]): void {
    const keys = this.#ordinals ? null : rowKeys(array);
    if (!keys) {
      this.#column(array.length, (index) => array[index]);
      return;
    }
    this.#tag("R");
    this.#sink.uint32(array.length);
    this.#sink.uint32(keys.length);
    for (const key of [...keys].sort()) {
      this.#sink.string(key);
      // `rowKeys` saw that each element is a plain object with this key.
      const rows = array as readonly object[];
      this.#column(
        rows.length,
        (index) => readOwnAt(rows[index] as object, key, () => `${this.#path()}[${index}].${key}`),
        key,
      );
    }
  }

  #column(length: number, at: (index: number) => unknown, key?: string): void {
    const doubles = asDoubles(length, at);
    if (doubles) {
      this.#tag("N");
      this.#sink.uint32(length);
      this.#bytes(bytesOf(doubles));
      return;
    }
    this.#tag("l");
    this.#sink.uint32(length);
    for (let index = 0; index < length; index += 1) {
      const value = at(index);
      if (typeof value === "string") this.#string(value);
      else if (key === undefined) this.#element(value, index);
      else {
        this.#trail.push(index);
        this.#element(value, key);
        this.#trail.pop();
      }
    }
  }

  #element(value: unknown, place: string | number): void {
    this.#trail.push(place);
    this.#write(value);
    this.#trail.pop();
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    this.#sink.uint32(map.size);
    for (const [key, value] of map) {
      const place = typeof key === "string" || typeof key === "number" ? key : "(key)";
      this.#element(key, place);
      this.#element(value, place);
    }
  }

  #bytes(bytes: Uint8Array): void {
    this.#sink.float64(bytes.length);
    if (bytes.length < LARGE_BYTES) this.#sink.raw(bytes);
    else this.#sink.raw(createHash("sha256").update(bytes).digest());
  }

  #table(table: TableLike): void {
    const { names, columns, groups } = this.#leaves.plainTable(table);
    this.#tag("T");
    this.#sink.uint32(names.length);
    names.forEach((name, position) => {
      const values = columns[position] ?? [];
      this.#sink.string(name);
      this.#trail.push(name);
      this.#column(values.length, (index) => values[index]);
      this.#trail.pop();
    });
    if (!groups) return;
    this.#tag("G");
    this.#write(groups);
  }
}

function readOwnAt(object: object, key: string, path: () => string): unknown {
  return readOwn(object, key, () => path().replace(/(\.[^.[\]]+|\["[^"]*"\])$/, ""));
}

/** `Float32Array`, `Buffer`, `DataView`. */
export function viewName(view: ArrayBufferView): string {
  if (Buffer.isBuffer(view)) return "Buffer";
  return Object.prototype.toString.call(view).slice(8, -1);
}
