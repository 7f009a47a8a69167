import { columnType } from "../display/column-type.js";
import { isTable } from "../display/known-values.js";
import type { TableFacts } from "../lineage/cell-trace.js";

/** Rows and columns of an arquero table, or null for any other value. Column types are those of the first values. */
export function tableFacts(name: string, value: unknown): TableFacts | null {
  if (!isTable(value)) return null;
  return {
    name,
    rows: value.numRows(),
    columns: value.columnNames().map((column, index) => ({ name: column, type: columnType(value.columnAt(index)) })),
  };
}
