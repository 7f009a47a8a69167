import type TS from "typescript";
import type { CellDiagnostic, SessionScope } from "./cell-compiler.js";
import { explainModule } from "./module-diagnostics.js";
import type { ParsedCell } from "./parse-cell.js";
import { ts } from "./typescript.js";

/**
 * What TypeScript says that does not matter in a notebook: unused names, implicit any, how a file becomes a module,
 * where `await` may stand, `import x = require()`, redeclaring a variable in one cell, types of a module that has none.
 */
const ignored = new Set([
  1202, 1203, 1208, 1286, 1287, 1295, 1309, 1375, 1378, 1431, 1432, 2403, 2451, 2497, 2498, 2528, 2664, 2665, 2669,
  2686, 6133, 6192, 6196, 6198, 7005, 7006, 7008, 7010, 7016, 7022, 7023, 7024, 7027, 7031, 7034, 7043, 7044, 7053,
  80001, 80005,
]);

/** Cannot assign, because it is a constant, function, class, enum, namespace or import. Names of earlier cells may change. */
const cannotAssign = new Set([2588, 2628, 2629, 2630, 2631, 2632]);

/** The checker's findings as the person shall see them, in order of place. `scope`: what earlier cells declared, as this one sees it. */
export function cellDiagnostics(
  found: readonly TS.Diagnostic[],
  cell: ParsedCell,
  scope: SessionScope,
  folder: string,
): CellDiagnostic[] {
  return found
    .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error && !ignored.has(diagnostic.code))
    .filter((diagnostic) => !isTypeofUnknown(diagnostic, cell))
    .filter(
      (diagnostic) =>
        isWithin(diagnostic, cell) && !(cannotAssign.has(diagnostic.code) && scope.names.has(textAt(diagnostic, cell))),
    )
    .flatMap((diagnostic) => explainModule(diagnostic, cell.text, folder) ?? [])
    .map((diagnostic) => toCellDiagnostic(diagnostic, cell))
    .map((diagnostic) => ({ ...diagnostic, message: withoutHiddenNames(diagnostic.message, scope) }));
}

/** A type that the person redeclared lives on as `Row$1`, which nobody wrote. */
function withoutHiddenNames(message: string, scope: SessionScope): string {
  return message.replace(/([\p{ID_Start}$_][\p{ID_Continue}$]*)\$\d+/gu, (text, name: string) =>
    scope.names.has(text) ? `${name} (as an earlier cell declared it)` : text,
  );
}

export function toCellDiagnostic(diagnostic: TS.Diagnostic, cell: ParsedCell): CellDiagnostic {
  const start = (diagnostic.start ?? 0) - cell.shift;
  const from = placeOf(start, cell.source);
  const to = placeOf(start + (diagnostic.length ?? 0), cell.source);
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  return {
    message,
    code: diagnostic.code,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
  };
}

/** Lines and columns from 1; a place past the end is the end. */
export function placeOf(offset: number, source: string): { line: number; column: number } {
  const at = Math.max(0, Math.min(offset, source.length));
  const before = source.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** False for what the checker finds in the declarations that we put behind the cell. */
function isWithin(diagnostic: TS.Diagnostic, cell: ParsedCell): boolean {
  return diagnostic.start === undefined || diagnostic.start <= cell.text.length;
}

/** "Cannot find name" after `typeof`, which is how one asks whether it is there. */
function isTypeofUnknown(diagnostic: TS.Diagnostic, cell: ParsedCell): boolean {
  return (
    (diagnostic.code === 2304 || diagnostic.code === 2552) &&
    /\btypeof\s*\(?\s*$/.test(cell.text.slice(0, diagnostic.start ?? 0))
  );
}

function textAt(diagnostic: TS.Diagnostic, cell: ParsedCell): string {
  const start = diagnostic.start ?? 0;
  return cell.text.slice(start, start + (diagnostic.length ?? 0));
}
