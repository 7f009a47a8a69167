/** A range of a cell: 1-based lines and columns, the end exclusive. */
export interface CodeRange {
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Lines shown before and after the one in question. */
const AROUND = 2;

/** The lines around a place of a cell, with carets below it. */
export function codeFrame(source: string, { line, column, endLine = line, endColumn = column + 1 }: CodeRange): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const text = lines[number - 1] ?? "";
    shown.push(`${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number !== line) continue;
    const end = endLine > line ? text.length + 1 : endColumn;
    // Tabs before the place are kept, so that the carets stand right below.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    shown.push(`  ${" ".repeat(width)} | ${indent}${"^".repeat(Math.max(1, end - column))}`);
  }
  return shown.join("\n");
}
