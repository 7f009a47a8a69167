import type { CellCompiler } from "./cell-compiler.js";
import { parseCell } from "./parse-cell.js";
import { loadTypeScript, ts } from "./typescript.js";

type Completeness = ReturnType<CellCompiler["isComplete"]>;

/** Errors that more text mends, wherever TypeScript says they stand: unterminated comment, unterminated template literal. */
const mendable = new Set([1010, 1160]);

/** Errors at the end that more lines cannot mend: strings and regular expressions end with their line. */
const final = new Set([1002, 1161]);

/** True ends of an unfinished cell: the parser ran out of text. Anything else can run, if only to show its error. */
export function isComplete(source: string): Completeness {
  loadTypeScript();
  const { file, errors, shift } = parseCell(source);
  const end = source.trimEnd().length + shift;
  const wantsMore = errors.some(
    (error) => mendable.has(error.code) || (!final.has(error.code) && isAtEnd(error.start ?? 0, file.text, end)),
  );
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

/** The last line's indent, and two spaces more after an opening bracket. */
function indentAfter(source: string): string {
  const last = source.trimEnd().split("\n").at(-1) ?? "";
  const own = /^\s*/.exec(last)?.[0] ?? "";
  return /[([{]$/.test(last) ? `${own}  ` : own;
}
