import type { CellDiagnostic } from "../analyze/cell-compiler.js";
import { isPath, packageName } from "../analyze/resolve-module.js";
import { type CellFailure, headline } from "./cell-failure.js";
import { codeFrame } from "./code-frame.js";

/** Numbers below this are the parser's own. */
const FIRST_CHECKER_CODE = 2000;

export function isSyntaxError({ code }: CellDiagnostic): boolean {
  return code < FIRST_CHECKER_CODE;
}

/** Errors found before the cell ran; it then does not run at all. */
export function typeFailure(source: string, found: readonly CellDiagnostic[], folder: string): CellFailure {
  const diagnostics = found.map((diagnostic) => withRemedy(diagnostic, folder));
  const [first] = diagnostics;
  const ename = diagnostics.every(isSyntaxError) ? "SyntaxError" : "TypeScriptError";
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  const evalue = first === undefined ? "" : `${oneLine(first)}${more}`;
  return {
    ename,
    evalue,
    traceback: [
      headline(ename, evalue),
      ...diagnostics.flatMap((diagnostic) => [
        "",
        `${place(diagnostic)} TS${diagnostic.code}: ${diagnostic.message}`,
        codeFrame(source, diagnostic),
      ]),
    ],
    error: { name: ename, message: evalue, line: first?.line ?? null, column: first?.column ?? null, stack: [] },
  };
}

const MODULE_NOT_FOUND = 2307;

/** A package that is not there is the one type error with a command against it. */
function withRemedy(diagnostic: CellDiagnostic, folder: string): CellDiagnostic {
  const specifier = diagnostic.code === MODULE_NOT_FOUND ? /'([^']+)'/.exec(diagnostic.message)?.[1] : undefined;
  if (specifier === undefined) return diagnostic;
  const remedy = isPath(specifier)
    ? `Check the path; it starts at ${folder}.`
    : `Run in ${folder}: npm install ${packageName(specifier)}`;
  return { ...diagnostic, message: `Cannot find module '${specifier}'. ${remedy}` };
}

function place({ line, column }: CellDiagnostic): string {
  return `line ${line}, column ${column}:`;
}

function oneLine(diagnostic: CellDiagnostic): string {
  return `${diagnostic.message.split("\n")[0]} (line ${diagnostic.line}, column ${diagnostic.column}, TS${diagnostic.code})`;
}

/** The compiler itself failed: no fault of the cell's. */
export function compilerFailure(error: unknown): CellFailure {
  const ename = "CompilerError";
  const evalue = `Tagline cannot compile this cell, and the mistake is Tagline's: ${error instanceof Error ? error.message : String(error)}`;
  const stack = error instanceof Error && error.stack !== undefined ? error.stack.split("\n").slice(1) : [];
  return {
    ename,
    evalue,
    traceback: [headline(ename, evalue), ...stack],
    error: { name: ename, message: evalue, line: null, column: null, stack: [] },
  };
}
