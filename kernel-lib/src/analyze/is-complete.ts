import type { CellCompiler } from "./cell-compiler.js";
import { parseCell } from "./parse-cell.js";
import { loadTypeScript, ts } from "./typescript.js";

type Completeness = ReturnType<CellCompiler["isComplete"]>;

/** Codes of syntax errors that more text may mend wherever they stand. */
const unterminated = new Set([
  1002, // unterminated string literal
  1010, // '*/' expected
  1160, // unterminated template literal
  1161, // unterminated regular expression literal
]);

/** True ends of an unfinished cell: the parser ran out of text. Anything else can run, if only to show its error. */
export function isComplete(source: string): Completeness {
  loadTypeScript();
  const { file, errors, shift } = parseCell(source);
  const end = source.trimEnd().length + shift;
  const wantsMore = errors.some((error) => isAtEnd(error.start ?? 0, file.text, end) || (unterminated.has(error.code) && runsToEnd(error.code, source)));
  return wantsMore ? { status: "incomplete", indent: indentAfter(source) } : { status: "complete", indent: "" };
}

/** Comments may follow the last token. */
function isAtEnd(start: number, text: string, end: number): boolean {
  return start >= end || withoutTrivia(text.slice(start)) === "";
}

function withoutTrivia(text: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, text);
  return scanner.scan() === ts.SyntaxKind.EndOfFileToken ? "" : text;
}

/** A string or regular expression cannot go over a line's end. */
function runsToEnd(code: number, source: string): boolean {
  return code === 1010 || code === 1160 || /\\$/.test(source);
}

/** The last line's indent, and two spaces more after an opening bracket. */
function indentAfter(source: string): string {
  const last = source.trimEnd().split("\n").at(-1) ?? "";
  const own = /^\s*/.exec(last)?.[0] ?? "";
  return /[([{]$/.test(last) ? `${own}  ` : own;
}
