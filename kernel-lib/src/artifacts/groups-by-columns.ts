import { types } from "node:util";
import type { GroupValues, PlainTable } from "./table.js";

/** The groups of rows that have the same values in some columns, in the order in which they are met. Null where a column is missing. */
export function groupsByColumns(
  { names, columns }: Pick<PlainTable, "names" | "columns">,
  by: readonly string[],
): GroupValues | null {
  const keyColumns: ArrayLike<unknown>[] = [];
  for (const name of by) {
    const column = columns[names.indexOf(name)];
    if (column === undefined) return null;
    keyColumns.push(column);
  }
  const length = columns[0]?.length ?? 0;
  const keys = new Uint32Array(length);
  const firstRows: number[] = [];
  const known = new Map<string, number>();
  for (let row = 0; row < length; row += 1) {
    const key = JSON.stringify(keyColumns.map((column) => keyPart(column[row])));
    let group = known.get(key);
    if (group === undefined) {
      group = firstRows.push(row) - 1;
      known.set(key, group);
    }
    keys[row] = group;
  }
  return { names: [...by], keys, values: keyColumns.map((column) => firstRows.map((row) => column[row])) };
}

export function sameGroups(a: GroupValues, b: GroupValues): boolean {
  return (
    a.names.length === b.names.length &&
    a.names.every((name, index) => name === b.names[index]) &&
    Buffer.from(a.keys.buffer, a.keys.byteOffset, a.keys.byteLength).equals(
      Buffer.from(b.keys.buffer, b.keys.byteOffset, b.keys.byteLength),
    ) &&
    a.values.every((values, index) => {
      const others = b.values[index] ?? [];
      return values.length === others.length && values.every((value, group) => isSame(value, others[group]));
    })
  );
}

/** Tells values apart that are not the same; of what is no plain value, nothing. */
function keyPart(value: unknown): readonly [string, string] {
  if (types.isDate(value)) return ["date", String(value.getTime())];
  return [typeof value, Object.is(value, -0) ? "-0" : String(value)];
}

function isSame(a: unknown, b: unknown): boolean {
  return types.isDate(a) && types.isDate(b) ? a.getTime() === b.getTime() : Object.is(a, b);
}
