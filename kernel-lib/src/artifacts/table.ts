import type { ColumnLike, TableLike } from "./library-types.js";

/** A column's values as an array or a typed array, whatever holds them (Arrow columns decode on each access). */
function columnValues(column: ColumnLike): ArrayLike<unknown> {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as unknown as ArrayLike<unknown>;
  return typeof column.toArray === "function"
    ? column.toArray()
    : Array.from({ length: column.length }, (_, index) => column.at(index));
}

/** How a table's rows are grouped, as plain data: arquero keeps functions, which have no bytes. */
export interface GroupValues {
  readonly names: readonly string[];
  /** Group of each row. */
  readonly keys: Uint32Array;
  /** For each name, the value of each group. */
  readonly values: readonly (readonly unknown[])[];
}

/** A table as plain columns, filter and order applied. */
export interface PlainTable {
  readonly names: readonly string[];
  readonly columns: readonly ArrayLike<unknown>[];
  readonly groups: GroupValues | null;
}

export function plainTable(table: TableLike): PlainTable {
  const seen = table.reify();
  const names = seen.columnNames();
  return { names, columns: names.map((name) => columnValues(seen.column(name))), groups: groupValues(seen) };
}

function groupValues(table: TableLike): GroupValues | null {
  const groups = table.isGrouped() ? table.groups() : null;
  if (!groups) return null;
  // arquero's getters go on reading the table that was grouped, and `rows` are rows of that one.
  const rows = Array.from(groups.rows);
  return {
    names: [...groups.names],
    keys: Uint32Array.from(groups.keys),
    values: groups.get.map((get) => rows.map((row) => get(row, null))),
  };
}

/** What arquero's namespace must offer to make a table again. */
interface ArqueroLike {
  table(
    columns: Readonly<Record<string, unknown>> | Map<string, unknown>,
    names?: readonly string[],
  ): {
    create(options: object): unknown;
  };
}

export function makeTable(
  arquero: object,
  names: readonly string[],
  columns: readonly unknown[],
  groups: GroupValues | null,
): object {
  // The namespace comes from the notebook's own import of arquero, which has had `table` since its first version.
  const { table } = arquero as ArqueroLike;
  const made = table(new Map(names.map((name, index) => [name, columns[index]])), names);
  if (!groups) return made;
  const { keys, values } = groups;
  const rows: number[] = [];
  for (const [row, group] of keys.entries()) rows[group] ??= row;
  return made.create({
    groups: {
      names: groups.names,
      get: values.map((ofGroup) => (row: number) => ofGroup[keys[row] ?? 0]),
      rows,
      size: rows.length,
      keys,
    },
  }) as object;
}
