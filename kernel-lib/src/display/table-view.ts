import { types } from "node:util";
import { GETTER } from "./cell-text.js";
import { columnType } from "./column-type.js";
import { isTable, type TableLike } from "./known-values.js";

/** What can be shown as a table, by columns and rows. */
export interface TableView {
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Values of some rows, in the order of `columns`. */
  rows(offset: number, limit: number): unknown[][];
  /** The type of a column whose shown values are all gaps. */
  typeOf(column: string): string;
}

/** Rows that are looked at for the names of the columns. */
const PROBED_ROWS = 1_000;

/**
 * An arquero table, an array of row objects (or of plain values), an object of columns, a `Map` or any finite collection of those.
 *
 * @throws {TypeError} for anything else, and for a column that is not there
 */
export function tableView(value: unknown, columns?: readonly string[]): TableView {
  const view = viewOf(value);
  if (columns === undefined) return view;
  const places = columns.map((name) => view.columns.indexOf(name));
  const missing = columns.filter((_, index) => places[index] === -1);
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot show the column ${missing.join(", ")}: the table has ${view.columns.join(", ") || "no columns"}`,
    );
  }
  return {
    columns,
    rowCount: view.rowCount,
    rows: (offset, limit) => view.rows(offset, limit).map((row) => places.map((place) => row[place])),
    typeOf: view.typeOf,
  };
}

function viewOf(value: unknown): TableView {
  if (isTable(value)) return ofTable(value);
  if (typeof value === "object" && value !== null && !types.isProxy(value)) {
    if (Array.isArray(value) || types.isTypedArray(value)) return ofRows(value as ArrayLike<unknown>);
    if (types.isMap(value)) return ofRows(Array.from(value, ([key, held]) => ({ key, value: held })));
    if (types.isSet(value)) return ofRows([...value]);
    const columns = columnsOf(value);
    if (columns !== null) return ofColumns(columns);
  }
  throw new TypeError("Cannot show this as a table: give an arquero table, rows (objects) or columns (arrays by name)");
}

function ofTable(table: TableLike): TableView {
  const columns = table.columnNames();
  return {
    columns,
    rowCount: table.numRows(),
    rows: (offset, limit) =>
      limit <= 0 ? [] : table.objects({ offset, limit }).map((row) => columns.map((name) => row[name])),
    typeOf: (column) => columnType(table.columnAt(columns.indexOf(column))),
  };
}

function ofRows(rows: ArrayLike<unknown>): TableView {
  const names = new Set<string>();
  let plain = false;
  for (let i = 0; i < Math.min(rows.length, PROBED_ROWS); i += 1) {
    const row = rows[i];
    if (isRow(row)) for (const name of Object.keys(row)) names.add(name);
    else if (row !== null && row !== undefined) plain = true;
  }
  const fields = [...names];
  if (plain || (fields.length === 0 && rows.length > 0)) fields.push(names.has("value") ? "(value)" : "value");
  const hasPlain = fields.length > names.size;
  return {
    columns: fields,
    rowCount: rows.length,
    rows: (offset, limit) =>
      Array.from({ length: Math.max(0, Math.min(limit, rows.length - offset)) }, (_, index) => {
        const row = rows[offset + index];
        if (!isRow(row)) return fields.map((_, place) => (hasPlain && place === fields.length - 1 ? row : undefined));
        return fields.map((name, place) => (hasPlain && place === fields.length - 1 ? undefined : field(row, name)));
      }),
    typeOf: () => "unknown",
  };
}

function ofColumns(columns: Readonly<Record<string, ArrayLike<unknown>>>): TableView {
  const names = Object.keys(columns);
  const rowCount = Math.max(0, ...names.map((name) => columns[name]?.length ?? 0));
  return {
    columns: names,
    rowCount,
    rows: (offset, limit) =>
      Array.from({ length: Math.max(0, Math.min(limit, rowCount - offset)) }, (_, index) =>
        names.map((name) => columns[name]?.[offset + index]),
      ),
    typeOf: () => "unknown",
  };
}

/** Objects with fields; an array, a date or a Map in a list is a plain value of it. */
function isRow(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !types.isDate(value) &&
    !types.isMap(value) &&
    !types.isSet(value) &&
    !types.isNativeError(value)
  );
}

function field(row: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(row, name);
  if (descriptor === undefined) return undefined;
  return "value" in descriptor ? descriptor.value : GETTER;
}

function columnsOf(value: object): Record<string, ArrayLike<unknown>> | null {
  const entries = Object.keys(value).map((name) => [name, field(value, name)] as const);
  const lists = entries.flatMap(([name, list]): [string, ArrayLike<unknown>][] =>
    Array.isArray(list) || (types.isTypedArray(list) && !types.isProxy(list)) ? [[name, list]] : [],
  );
  return lists.length > 0 && lists.length === entries.length ? Object.fromEntries(lists) : null;
}
