import { types } from "node:util";
import { hashValues } from "./bundle.js";
import type { Classes } from "./kinds.js";
import { isTable } from "./library-types.js";
import { rowKeys } from "./properties.js";
import { plainTable } from "./table.js";

/** A table (arquero's, or rows that are plain objects) by its columns, or an object by its properties. */
export interface ValueParts {
  /** Null for an object. */
  readonly rows: number | null;
  readonly names: readonly string[];
  part(name: string): unknown;
}

/** Takes a value apart as far as a difference can be told by a column's or a property's name; null where it has none. */
export function partsOf(value: unknown): ValueParts | null {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return null;
  if (isTable(value)) {
    const { names, columns } = plainTable(value);
    return {
      rows: value.numRows(),
      names,
      part: (name) => Array.from(columns[names.indexOf(name)] ?? []),
    };
  }
  if (Array.isArray(value)) {
    const keys = rowKeys(value);
    if (keys === null) return null;
    // `rowKeys` saw that each element is a plain object with these keys.
    const rows = value as readonly Record<string, unknown>[];
    return { rows: rows.length, names: keys, part: (name) => rows.map((row) => row[name]) };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return null;
  // Getters are never called: a value with one is told as a whole.
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, one]) => one.enumerable);
  if (properties.length === 0 || properties.some(([, one]) => !("value" in one))) return null;
  const members = new Map(properties.map(([name, one]): [string, unknown] => [name, one.value]));
  return { rows: null, names: [...members.keys()], part: (name) => members.get(name) };
}

/** sha256 (hex) of each part's canonical bytes, in order; `pause` is awaited between two. */
export async function hashParts(
  { names, part }: ValueParts,
  { classes = {}, pause }: { readonly classes?: Classes; readonly pause?: () => Promise<void> } = {},
): Promise<{ readonly name: string; readonly hash: string }[]> {
  const hashes: { name: string; hash: string }[] = [];
  for (const name of names) {
    await pause?.();
    const { value = "" } = await hashValues({ value: part(name) }, { classes });
    hashes.push({ name, hash: value });
  }
  return hashes;
}
