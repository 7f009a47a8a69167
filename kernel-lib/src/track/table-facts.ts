import { columnType } from "../display/column-type.js";
import { isTable, type TableLike } from "../display/known-values.js";
import type { TableFacts } from "../lineage/cell-trace.js";
import { profileColumn } from "./profile-column.js";

/** Values of one table that are looked at for its profile. */
const VALUES = 50_000;

/** Rows, columns and a profile of an arquero table, or null for any other value. Column types are those of the first values. */
export function tableFacts(name: string, value: unknown): TableFacts | null {
  if (!isTable(value)) return null;
  const names = value.columnNames();
  const rows = rowsToSee(value, Math.max(1, Math.floor(VALUES / Math.max(1, names.length))));
  return {
    name,
    rows: value.numRows(),
    columns: names.map((column, index) => {
      const values = value.columnAt(index);
      const profile = rows === null ? null : profileColumn(values, rows);
      return { name: column, type: columnType(values), ...(profile === null ? {} : { profile }) };
    }),
  };
}

/** What is used of arquero's table besides. */
interface ScannedTable {
  isFiltered?(): boolean;
  scan?(visit: (row: number, data: unknown, stop: () => void) => void): void;
}

/** Places of the rows to look at, in the columns: all, or a sample. Null where the table does not tell which rows it has. */
function rowsToSee(table: TableLike & ScannedTable, most: number): readonly number[] | null {
  const count = table.numRows();
  if (table.isFiltered?.() === true) {
    if (table.scan === undefined) return null;
    const rows: number[] = [];
    table.scan((row, _data, stop) => {
      rows.push(row);
      if (rows.length >= most) stop();
    });
    return rows;
  }
  if (count <= most) return Array.from({ length: count }, (_, row) => row);
  return Array.from({ length: most }, (_, place) => Math.floor((place * (count - 1)) / Math.max(1, most - 1)));
}
