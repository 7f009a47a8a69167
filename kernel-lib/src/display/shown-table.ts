import type { CellText } from "./cell-text.js";

/** The part of a table that an output holds. */
export interface ShownTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Columns that are not shown. */
  readonly hiddenColumns: readonly string[];
  readonly pages: readonly ShownPage[];
  /** Of `pages`, the one that is seen first. */
  readonly open: number;
  /** `344 rows × 7 columns`. */
  readonly size: string;
  /** `rows 41–50 of 344`, or null if the open page has every row. */
  readonly place: string | null;
}

export interface ShownPage {
  /** From 1, of all pages of the table. */
  readonly number: number;
  /** Place of its first row, from 0. */
  readonly offset: number;
  readonly rows: readonly (readonly CellText[])[];
}
