import type { CellDiagnostic } from "../analyze/cell-compiler.js";
import { type CellFailure, headline } from "./cell-failure.js";
import { codeFrame } from "./code-frame.js";

/** Numbers below this are the parser's own. */
const FIRST_CHECKER_CODE = 2000;

/** Errors found before the cell ran; it then does not run at all. */
export function typeFailure(source: string, diagnostics: readonly CellDiagnostic[]): CellFailure {
  const [first] = diagnostics;
  const ename = diagnostics.every(({ code }) => code < FIRST_CHECKER_CODE) ? "SyntaxError" : "TypeScriptError";
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  const evalue = first === undefined ? "" : `${oneLine(first)}${more}`;
  return {
    ename,
    evalue,
    traceback: [headline(ename, evalue), ...diagnostics.flatMap((diagnostic) => ["", `${place(diagnostic)} TS${diagnostic.code}: ${diagnostic.message}`, codeFrame(source, diagnostic)])],
    error: { name: ename, message: evalue, line: first?.line ?? null, column: first?.column ?? null, stack: [] },
  };
}

function place({ line, column }: CellDiagnostic): string {
  return `line ${line}, column ${column}:`;
}

function oneLine(diagnostic: CellDiagnostic): string {
  return `${diagnostic.message.split("\n")[0]} (line ${diagnostic.line}, column ${diagnostic.column}, TS${diagnostic.code})`;
}
