import { type Column, columnsOf, type Rows, rowCount } from "../rows.js";
import { asDate, asNumber, isMissing } from "./read-value.js";
import type { ColumnSketch, ReferenceSketch } from "./reference-sketch.js";
import { sketchCategories } from "./sketch-categories.js";
import { sketchNumbers } from "./sketch-numbers.js";

/** Summarises rows column by column; see `ReferenceSketch`. Takes rows or an arquero table. */
export function sketchReference(rows: Rows): ReferenceSketch {
  return { version: 1, rows: rowCount(rows), columns: columnsOf(rows).map(sketchColumn) };
}

function sketchColumn(column: Column): ColumnSketch {
  for (const [kind, read] of [["numeric", asNumber] as const, ["date", asDate] as const]) {
    const values = readAll(column, read);
    if (values !== null) return sketchNumbers(column, kind, values);
  }
  return sketchCategories(column);
}

/** The present values of a column if it has any and each can be read so; else null. */
function readAll(column: Column, read: (value: unknown) => number | null): Float64Array | null {
  const values = new Float64Array(column.length);
  let count = 0;
  for (let index = 0; index < column.length; index += 1) {
    const value = column.at(index);
    if (isMissing(value)) continue;
    const number = read(value);
    if (number === null) return null;
    values[count] = number;
    count += 1;
  }
  return count === 0 ? null : values.subarray(0, count);
}
