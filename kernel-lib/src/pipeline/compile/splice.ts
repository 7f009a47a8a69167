import type { StatementFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";

/** A change to a cell's text: `[start, end)` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The comment above spliced text. An error's place in a module maps to the nearest such comment above it: the
 * text's first line is line `line` of that cell.
 */
export function marker(cell: RoleCell, line: number): string {
  return `// notebook cell ${cell.number} [${cell.id}] line ${line}`;
}

/**
 * A cell's text without some of its statements and with edits made, as blocks of lines: each is a marker and the
 * lines that follow it. Lines that begin inside a template literal are never indented.
 */
export function spliceCell(
  cell: RoleCell,
  options: { readonly without: ReadonlySet<number>; readonly edits: readonly Edit[]; readonly indent: string },
): string[] {
  const { facts, cell: source } = cell;
  const removed = facts.statements.filter((_, index) => options.without.has(index));
  const lines: string[] = [];
  for (const [start, end] of keptRanges(source.source.length, removed)) {
    lines.push(...spliceRange(cell, start, end, options.edits, options.indent));
  }
  return lines;
}

/** One statement of a cell, with its leading comments, under its marker. */
export function spliceStatement(
  cell: RoleCell,
  statement: StatementFacts,
  edits: readonly Edit[],
  indent: string,
): string[] {
  return spliceRange(cell, statement.range.start, statement.range.end, edits, indent);
}

function keptRanges(length: number, removed: readonly StatementFacts[]): [number, number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  for (const { range } of removed) {
    ranges.push([from, range.start]);
    from = range.end;
  }
  ranges.push([from, length]);
  return ranges;
}

function spliceRange(cell: RoleCell, start: number, end: number, edits: readonly Edit[], indent: string): string[] {
  const source = cell.cell.source;
  const text = source.slice(start, end);
  const blankHead = /^\s*/.exec(text)?.[0].length ?? 0;
  const headEnd = start + blankHead;
  const first = source.lastIndexOf("\n", headEnd - 1) + 1;
  // Begin at the line's start, so that the first line keeps its own indentation, unless something before it stays out.
  const from = Math.max(first, start);
  const to = start + text.trimEnd().length;
  if (to <= headEnd || /^[\s;]*$/.test(text)) return [];
  const line = lineAt(source, headEnd);
  const fixed = new Set(cell.facts.fixedLines);
  let out = "";
  let at = from;
  for (const edit of [...edits].filter((one) => one.start >= from && one.end <= to).sort((a, b) => a.start - b.start)) {
    out += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  out += source.slice(at, to);
  const body = out.split("\n").map((content, index) => {
    if (content.trim() === "" && !fixed.has(line + index)) return "";
    return fixed.has(line + index) ? content : indent + content;
  });
  return [indent + marker(cell, line), ...body];
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at !== -1 && at < offset; at = source.indexOf("\n", at + 1)) line++;
  return line;
}

/** Puts `export ` before a declaration, or leaves it if it has one. */
export function exportEdit(statement: StatementFacts): Edit[] {
  return statement.exported ? [] : [{ start: statement.codeStart, end: statement.codeStart, text: "export " }];
}

/** Takes `export ` (and `export default `) away, as a declaration in a function's body may not have it. */
export function unexportEdit(cell: RoleCell, statement: StatementFacts): Edit[] {
  if (!statement.exported) return [];
  const word = /^export\s+(default\s+)?/.exec(cell.cell.source.slice(statement.codeStart))?.[0].length ?? 0;
  return [{ start: statement.codeStart, end: statement.codeStart + word, text: "" }];
}

/** Calls whose value says nothing new when shown again. */
const QUIET = /^(?:await\s+)?(?:metric|model|console|display|show)\b/;

/** Turns the cell's last expression into `show(…)`. */
export function showEdit(cell: RoleCell, show: string): Edit[] {
  const range = cell.facts.lastExpression;
  if (range === null) return [];
  const text = cell.cell.source.slice(range.start, range.end).replace(/[;\s]+$/, "");
  const start = range.start + (/^\s*/.exec(text)?.[0].length ?? 0);
  const expression = text.trimStart();
  if (expression === "" || QUIET.test(expression)) return [];
  const end = start + expression.length;
  const [open, close] = hasTopLevelComma(expression) ? ["((", "))"] : ["(", ")"];
  const ended = cell.cell.source[end] === ";";
  // Two insertions, so that other edits inside the expression still count.
  return [
    { start, end: start, text: `${show}${open}` },
    { start: end, end, text: `${close}${ended ? "" : ";"}` },
  ];
}

/** A rough look for the comma operator; a wrong yes only adds a pair of parentheses. */
function hasTopLevelComma(text: string): boolean {
  let depth = 0;
  for (const character of text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/gs, "")) {
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === "," && depth === 0) return true;
  }
  return false;
}
