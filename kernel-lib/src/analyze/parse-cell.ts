import type TS from "typescript";
import { type TopLevelName, topLevelNames } from "./names/top-level-names.js";
import { ts } from "./typescript.js";

/** A cell's source, parsed alone. */
export interface ParsedCell {
  readonly source: string;
  /** What is compiled: the source, in parentheses where it is one object literal (`{ a: 1 }`). */
  readonly text: string;
  /** UTF-16 units that `text` has before the source: 0 or 1. */
  readonly shift: number;
  readonly file: TS.SourceFile;
  readonly names: readonly TopLevelName[];
  readonly errors: readonly TS.Diagnostic[];
}

export function parseCell(source: string): ParsedCell {
  const plain = parse(source);
  const wrapped = isBraced(plain) ? parse(`(${source}\n)`) : null;
  const asObject = wrapped !== null && isObjectLiteral(wrapped);
  const file = asObject ? wrapped : plain;
  return {
    source,
    text: file.text,
    shift: asObject ? 1 : 0,
    file,
    names: topLevelNames(file.statements),
    errors: syntaxErrors(file),
  };
}

function parse(text: string): TS.SourceFile {
  return ts.createSourceFile("cell.ts", text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/** As Node's own prompt does: what begins with a brace may be an object rather than a block. */
function isBraced(file: TS.SourceFile): boolean {
  const first = file.statements[0];
  return first !== undefined && ts.isBlock(first);
}

function isObjectLiteral(file: TS.SourceFile): boolean {
  const only = file.statements[0];
  if (file.statements.length !== 1 || only === undefined || !ts.isExpressionStatement(only)) return false;
  const inner = ts.isParenthesizedExpression(only.expression) ? only.expression.expression : only.expression;
  return ts.isObjectLiteralExpression(inner) && syntaxErrors(file).length === 0;
}

export function syntaxErrors(file: TS.SourceFile): readonly TS.Diagnostic[] {
  // Not in the public types, though every parsed file carries it.
  return (
    (file as TS.SourceFile & { readonly parseDiagnostics?: readonly TS.DiagnosticWithLocation[] }).parseDiagnostics ??
    []
  );
}
