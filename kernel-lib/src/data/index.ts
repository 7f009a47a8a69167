export { type RowsFile, readRows } from "./read-rows.js";
export { type Column, columnsOf, type Row, type Rows, rowCount, type TableLike } from "./rows.js";
export type {
  Bins,
  CategoricalSketch,
  ColumnSketch,
  Distribution,
  NumericSketch,
  ReferenceSketch,
} from "./sketch/reference-sketch.js";
export { sketchReference } from "./sketch/sketch-reference.js";
