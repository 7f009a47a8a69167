import { type CellText, cellText, commonType } from "./cell-text.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import type { ShownPage, ShownTable } from "./shown-table.js";
import { tableHtml } from "./table-html.js";
import { tablePlain } from "./table-plain.js";
import { tableView } from "./table-view.js";

export interface TableOptions {
  /** Columns to show, in this order. Default: all, of which the first 40 are shown. */
  readonly columns?: readonly string[];
  /** The page to show first, from 1. Default: 1. */
  readonly page?: number;
  /** Rows on a page, 1 to 1,000. Default: 10. */
  readonly pageSize?: number;
}

/** Pages to leaf through in one output, and rows at most: a notebook file should not hold a whole table. */
const PAGES = 10;
const ROWS = 1_000;
const COLUMNS = 40;

/**
 * A table, or what `tableView` takes for one, as HTML and as text. The HTML holds the ten pages around the asked one, to leaf
 * through without a script; of what may style itself nothing (an output that is not trusted) the asked page alone.
 */
export function showTable(value: unknown, options: TableOptions = {}): MimeBundle {
  const shown = shownTable(value, options);
  return bundle({ "text/html": tableHtml(shown), "text/plain": tablePlain(shown) });
}

function shownTable(value: unknown, { columns, page = 1, pageSize = 10 }: TableOptions): ShownTable {
  const view = tableView(value, columns);
  const size = clamp(pageSize, 1, ROWS);
  const lastPage = Math.max(1, Math.ceil(view.rowCount / size));
  const asked = clamp(page, 1, lastPage);
  const inOne = Math.max(1, Math.min(PAGES, Math.floor(ROWS / size)));
  const first = Math.floor((asked - 1) / inOne) * inOne;
  const names = view.columns.slice(0, COLUMNS);
  const rows = view.rows(first * size, inOne * size);
  const types = names.map((_, index) => commonType(rows.map((row) => row[index])));
  const pages: ShownPage[] = [];
  for (let start = 0; start === 0 || start < rows.length; start += size) {
    const some = rows.slice(start, start + size);
    pages.push({
      number: first + pages.length + 1,
      offset: first * size + start,
      rows: some.map((row) => names.map((_, index) => cellOf(row[index], types[index] ?? null))),
    });
  }
  const from = (asked - 1) * size;
  const to = Math.min(from + size, view.rowCount);
  return {
    columns: names.map((name, index) => ({ name, type: types[index] ?? view.typeOf(name) })),
    hiddenColumns: view.columns.slice(COLUMNS),
    pages,
    open: asked - 1 - first,
    size: `${count(view.rowCount, "row")} × ${count(view.columns.length, "column")}`,
    place:
      to - from >= view.rowCount
        ? null
        : `rows ${(from + 1).toLocaleString("en")}–${to.toLocaleString("en")} of ${view.rowCount.toLocaleString("en")}`,
  };
}

/** A gap among numbers stands where the numbers do, a number among other values where those do. */
function cellOf(value: unknown, type: string | null): CellText {
  const cell = cellText(value, type === "mixed");
  if (type === "mixed") return { ...cell, right: false };
  return cell.quiet && (type === "number" || type === "bigint") ? { ...cell, right: true } : cell;
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.floor(value))) : low;
}

function count(number: number, unit: string): string {
  return `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;
}
