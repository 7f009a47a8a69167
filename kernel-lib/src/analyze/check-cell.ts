import type TS from "typescript";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { CellDiagnostic, SessionScope } from "./cell-compiler.js";
import type { CellPrograms } from "./cell-program.js";
import { cellDiagnostics, toCellDiagnostic } from "./diagnostics.js";
import { emitCell, emitDeclarations } from "./emit/emit-cell.js";
import { cellFactsOf, type FactOutput } from "./facts/cell-facts-of.js";
import type { ScopeChanges } from "./facts/scope-changes.js";
import { capturedNames } from "./names/captured-names.js";
import { hasValue } from "./names/has-value.js";
import { type SessionNames, sessionNames } from "./names/session-names.js";
import { type ParsedCell, parseCell } from "./parse-cell.js";
import { assignedConstants } from "./scope/assigned-constants.js";
import { declaredScope } from "./scope/declared-scope.js";
import { globalDeclarations } from "./scope/global-declarations.js";
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
  /** What later cells must know of this one's functions and classes. */
  readonly changes: () => ReadonlyMap<string, ScopeChanges>;
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
  // `declare let x: T` in the cell means the `x` that an earlier cell made.
  const names = sessionNames(file, statementCount, checker, input.scope);

  let looked: FactOutput | undefined;
  const look = (): FactOutput =>
    (looked ??= cellFactsOf({
      cell,
      file,
      statementCount,
      names,
      checker,
      speed: input.speed,
      tags: input.tags,
      scope,
      elsewhere: input.elsewhere ?? new Set(),
    }));

  return {
    diagnostics() {
      if (cell.errors.length > 0) return cell.errors.map((error) => toCellDiagnostic(error, cell));
      return input.speed === "bind"
        ? []
        : cellDiagnostics(program.getSemanticDiagnostics(file), cell, scope, programs.host.getCurrentDirectory());
    },
    facts: () => look().facts,
    changes: () => look().changes,
    emitted() {
      const captured = capturedNames(file.statements.slice(0, statementCount), names, input.scope.captured);
      const { code, map, ...written } = emitCell(program, file, statementCount, names, captured);
      const declarations =
        written.declarations ??
        declarationsWithout(namesAt(written.declarationErrors, file, names), programs, cell, scope);
      const statements = file.statements.slice(0, statementCount);
      const assigned = assignedConstants(scope, statements, names, checker);
      const added = [...assigned, ...globalDeclarations(statements)];
      const before: SessionScope =
        added.length === 0
          ? scope
          : { names: new Map([...scope.names, ...added.map((found) => [found.name, found] as const)]) };
      const after = declaredScope(
        before,
        names,
        declarations,
        checker,
        (node) => hasValue(node, checker),
        look().changes,
      );
      return { code, map, scope: { ...after, captured } };
    },
  };
}

/** TypeScript writes no declaration file at all if it cannot write one name's type: then it is asked for the others. */
function declarationsWithout(
  unexported: ReadonlySet<string>,
  programs: CellPrograms,
  cell: ParsedCell,
  scope: SessionScope,
): string | null {
  if (unexported.size === 0) return null;
  const { program, file } = programs.program(virtualFile(cell, scope, unexported).text);
  return emitDeclarations(program, file);
}

/** Names whose declarations the errors are about. */
function namesAt(errors: readonly TS.Diagnostic[], file: TS.SourceFile, names: SessionNames): Set<string> {
  const statements = new Set(
    errors.map((error) =>
      file.statements.findIndex(
        (statement) => (error.start ?? -1) >= statement.pos && (error.start ?? -1) < statement.end,
      ),
    ),
  );
  return new Set(names.own.filter((found) => statements.has(found.statement)).map((found) => found.name));
}
