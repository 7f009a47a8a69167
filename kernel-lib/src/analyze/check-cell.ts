import type { CellFacts } from "../notebook/cell-facts.js";
import type { CellDiagnostic, SessionScope } from "./cell-compiler.js";
import type { CellPrograms } from "./cell-program.js";
import { cellDiagnostics, toCellDiagnostic } from "./diagnostics.js";
import { emitCell } from "./emit/emit-cell.js";
import { cellFactsOf } from "./facts/cell-facts-of.js";
import { methodsOf, ownMethods } from "./facts/own-methods.js";
import { hasValue } from "./names/has-value.js";
import { sessionNames } from "./names/session-names.js";
import { parseCell } from "./parse-cell.js";
import { declaredScope } from "./scope/declared-scope.js";
import { withoutNames } from "./scope/without-names.js";
import { virtualFile } from "./virtual-file.js";

export interface CellInput {
  readonly source: string;
  readonly scope: SessionScope;
  readonly tags: readonly string[];
  readonly speed: "bind" | "check";
  /** Names that other cells declare, where they are known but not in scope. */
  readonly elsewhere?: ReadonlySet<string>;
}

/** All that one look at a cell can give; the parts are made when they are asked for. */
export interface CheckedCell {
  readonly diagnostics: () => CellDiagnostic[];
  readonly facts: () => CellFacts;
  readonly emitted: () => { readonly code: string; readonly map: string; readonly scope: SessionScope };
}

/** Good until the next cell goes through the same `programs`. */
export function checkCell(programs: CellPrograms, input: CellInput): CheckedCell {
  const cell = parseCell(input.source);
  const declared = new Set(cell.names.map((found) => found.name));
  const scope = withoutNames(input.scope, declared);
  const virtual = virtualFile(cell, scope);
  const { program, file } = programs.program(virtual.text);
  const checker = program.getTypeChecker();
  const { statementCount } = virtual;
  const names = sessionNames(file, statementCount, checker, scope);

  return {
    diagnostics() {
      if (cell.errors.length > 0) return cell.errors.map((error) => toCellDiagnostic(error, cell));
      return input.speed === "bind" ? [] : cellDiagnostics(program.getSemanticDiagnostics(file), cell, declared, programs.host.getCurrentDirectory());
    },
    facts: () => cellFactsOf({ cell, file, statementCount, names, checker, speed: input.speed, tags: input.tags, scope, elsewhere: input.elsewhere ?? new Set() }),
    emitted() {
      const { code, map, declarations } = emitCell(program, file, statementCount, names);
      const methods = ownMethods(file.statements.slice(0, statementCount), methodsOf(scope)).qualified;
      return { code, map, scope: declaredScope(scope, names, declarations, checker, (node) => hasValue(node, checker), methods) };
    },
  };
}
