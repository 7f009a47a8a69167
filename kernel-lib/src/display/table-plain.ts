import { oneLine } from "./cell-text.js";
import { displayWidth, padToWidth } from "./display-width.js";
import type { ShownTable } from "./shown-table.js";

/** Columns of a terminal: of one cell, and of a whole line. */
const CELL = 24;
const LINE = 120;

/** A table as text: names, types, the rows of its open page, aligned as a terminal shows them. */
export function tablePlain({ columns, hiddenColumns, pages, open, size, place }: ShownTable): string {
  const rows = pages[open]?.rows ?? [];
  const texts = columns.map(({ name, type }, index) => [
    oneLine(name, CELL),
    oneLine(type, CELL),
    ...rows.map((row) => oneLine(row[index]?.text ?? "", CELL)),
  ]);
  const widths = texts.map((column) => Math.max(...column.map(displayWidth)));
  const fitting = countFitting(widths);
  const toRight = columns.map(({ type }) => type === "number" || type === "bigint");
  const lines = Array.from({ length: rows.length + 2 }, (_, line) =>
    texts
      .slice(0, fitting)
      .map((column, index) => {
        const isRight = line < 2 ? toRight[index] : rows[line - 2]?.[index]?.right;
        return padToWidth(column[line] ?? "", widths[index] ?? 0, isRight ? "left" : "right");
      })
      .join("  ")
      .trimEnd(),
  );
  const left = [...columns.slice(fitting).map(({ name }) => name), ...hiddenColumns];
  return [
    ...(columns.length === 0 ? [] : lines),
    ...(left.length === 0 ? [] : [oneLine(`… ${left.length} more columns: ${left.slice(0, 50).join(", ")}`, LINE)]),
    place === null ? size : `${size}, ${place}`,
  ].join("\n");
}

/** As many columns as a line holds, one at least. */
function countFitting(widths: readonly number[]): number {
  let line = 0;
  for (const [index, width] of widths.entries()) {
    line += width + (index === 0 ? 0 : 2);
    if (line > LINE && index > 0) return index;
  }
  return widths.length;
}
