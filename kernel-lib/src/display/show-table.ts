import { columnType } from "./column-type.js";
import { escapeHtml } from "./escape-html.js";
import type { TableLike } from "./known-values.js";
import { bundle, type MimeBundle } from "./mime-bundle.js";
import { toText } from "./to-text.js";

/** Rows shown at once, and rows there to be unfolded: a notebook file should not hold a whole table. */
const SHOWN_ROWS = 10;
const UNFOLDED_ROWS = 100;
const SHOWN_COLUMNS = 40;
const TEXT_WIDTH = 24;
/** Significant digits of a number that is no integer: a table is to be read; the value itself has all of them. */
const DIGITS = 6;

/** An arquero table: the first rows, each column with its type, and its true size. */
export function showTable(table: TableLike): MimeBundle {
  const names = table.columnNames();
  const shown = names.slice(0, SHOWN_COLUMNS);
  const columns = shown.map((name, index) => ({ name, type: columnType(table.columnAt(index)) }));
  const rows = table.objects({ limit: UNFOLDED_ROWS });
  const size = `${count(table.numRows(), "row")} × ${count(names.length, "column")}`;
  return bundle({
    "text/html": toHtml(columns, rows, size, table.numRows()),
    "text/plain": toPlain(columns, rows.slice(0, SHOWN_ROWS), size),
  });
}

interface Column {
  readonly name: string;
  readonly type: string;
}

type Row = Readonly<Record<string, unknown>>;

function toHtml(columns: readonly Column[], rows: readonly Row[], size: string, total: number): string {
  const head = columns
    .map(
      ({ name, type }) =>
        `<th>${escapeHtml(name)}<br><small style="font-weight:normal;opacity:.7">${escapeHtml(type)}</small></th>`,
    )
    .join("");
  const header = `<thead><tr>${head}</tr></thead>`;
  const body = (some: readonly Row[]): string =>
    `<table class="dataframe">${header}<tbody>${some.map((row) => rowHtml(columns, row)).join("")}</tbody></table>`;
  const rest = rows.slice(SHOWN_ROWS);
  const more =
    rest.length === 0
      ? ""
      : `<details><summary>Rows ${SHOWN_ROWS + 1} to ${SHOWN_ROWS + rest.length} of ${total.toLocaleString("en")}</summary>${body(rest)}</details>`;
  return `<div class="tagline-table">${body(rows.slice(0, SHOWN_ROWS))}${more}<p>${size}</p></div>`;
}

function rowHtml(columns: readonly Column[], row: Row): string {
  return `<tr>${columns.map(({ name, type }) => `<td${type === "number" ? ' style="text-align:right"' : ""}>${escapeHtml(cellText(row[name]))}</td>`).join("")}</tr>`;
}

function toPlain(columns: readonly Column[], rows: readonly Row[], size: string): string {
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ name }) => cellText(row[name]))),
  ].map((line) => line.map(clip));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, index) =>
        columns[index]?.type === "number" ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return [...text, size].join("\n");
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)));
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString().replace("T00:00:00.000Z", "");
  return typeof value === "object" ? toText(value) : String(value);
}

function clip(text: string): string {
  const line = text.replaceAll("\n", " ");
  return line.length > TEXT_WIDTH ? `${line.slice(0, TEXT_WIDTH - 1)}…` : line;
}

function count(number: number, unit: string): string {
  return `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;
}
