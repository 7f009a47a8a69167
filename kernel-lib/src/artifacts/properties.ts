import { CannotStoreError, propertyPath } from "./cannot-store-error.js";

/** The value of an own property without calling a getter: a computed one is a function, and has no bytes. */
export function readOwn(object: object, key: string, path: () => string): unknown {
  const found = Object.getOwnPropertyDescriptor(object, key);
  if (found === undefined) return undefined;
  if (found.get !== undefined || found.set !== undefined) {
    throw new CannotStoreError(propertyPath(path(), key), "a getter", "Store the value that it gives instead");
  }
  return found.value;
}

/** An array's own keys: which of its places hold something, and what other properties it has. */
export interface ArrayKeys {
  /** Null if every place holds something. */
  readonly filled: readonly number[] | null;
  readonly extras: readonly string[];
}

export function arrayKeys(array: readonly unknown[]): ArrayKeys {
  const keys = Object.keys(array);
  const { length } = array;
  // Integer keys come first, in order: the last of them tells whether there are gaps.
  if (keys.length === length && (length === 0 || keys[length - 1] === String(length - 1)))
    return { filled: null, extras: [] };
  let count = 0;
  while (count < keys.length && isIndex(keys[count] ?? "")) count += 1;
  return { filled: count === length ? null : keys.slice(0, count).map(Number), extras: keys.slice(count) };
}

function isIndex(key: string): boolean {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < 0xffff_ffff && String(index) === key;
}

/** The common keys of an array of plain rows in the first row's order, or null if it is anything else. */
export function rowKeys(array: readonly unknown[]): readonly string[] | null {
  const first = array[0];
  if (!isPlainRow(first)) return null;
  const keys = Object.keys(first);
  if (keys.length === 0) return null;
  let sorted: string | null = null;
  for (const row of array) {
    if (!isPlainRow(row)) return null;
    const own = Object.keys(row);
    if (own.length !== keys.length) return null;
    let same = true;
    for (let i = 0; i < keys.length; i += 1) {
      if (own[i] !== keys[i]) {
        same = false;
        break;
      }
    }
    if (same) continue;
    sorted ??= JSON.stringify([...keys].sort());
    if (JSON.stringify(own.sort()) !== sorted) return null;
  }
  return keys;
}

function isPlainRow(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** All of them numbers, as their doubles; null otherwise. NaN has one form. */
export function asDoubles(length: number, at: (index: number) => unknown): Float64Array | null {
  // Look before taking memory for all.
  if (length === 0 || typeof at(0) !== "number" || typeof at(length - 1) !== "number") return null;
  const doubles = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    const value = at(i);
    if (typeof value !== "number") return null;
    doubles[i] = Number.isNaN(value) ? Number.NaN : value;
  }
  return doubles;
}

export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
