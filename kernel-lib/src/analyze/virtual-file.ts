import type { SessionScope } from "./cell-compiler.js";
import { identifierTexts } from "./names/references.js";
import { hasModifier } from "./names/top-level-names.js";
import type { ParsedCell } from "./parse-cell.js";
import { neededDeclarations } from "./scope/needed-declarations.js";
import { ts } from "./typescript.js";

/** The one file that the checker sees for a cell. */
export interface VirtualFile {
  readonly text: string;
  /** The cell's own statements come first; those from this index on are ours. */
  readonly statementCount: number;
  /** Offset where the cell's text ends. */
  readonly end: number;
}

/**
 * The cell comes first, so that offsets stay its own; then what earlier cells declared of the names that it mentions,
 * and an `export` of all that it declares, which makes it a module and its declarations part of the declaration file.
 * `unexported`: names that shall not be part of the declaration file. `scope` must not hold names that the cell declares (see `withoutNames`).
 */
export function virtualFile(
  cell: ParsedCell,
  scope: SessionScope,
  unexported: ReadonlySet<string> = new Set(),
): VirtualFile {
  const exported = new Set([...exportedNames(cell), ...unexported]);
  const names = new Set(
    cell.names.filter((found) => found.kind !== "import" && !exported.has(found.name)).map((found) => found.name),
  );
  const declarations = neededDeclarations(scope, identifierTexts(cell.file));
  return {
    text: `${cell.text}\nexport { ${[...names].join(", ")} };\n${declarations.length === 0 ? "" : `${BARRIER}\n`}${declarations.join("\n")}\n`,
    statementCount: cell.file.statements.length,
    end: cell.text.length,
  };
}

/**
 * Nothing flows from the cell to the declarations: else the checker would ask, for the `Array` of `declare class Stack extends Array`,
 * whether the cell's `stack.push(1)` ever returns, for which it needs the class.
 */
const BARRIER = "throw 0;";

/** Names that the cell exports by itself: exporting them twice would be an error. */
function exportedNames(cell: ParsedCell): Set<string> {
  const names = new Set<string>();
  for (const found of cell.names) {
    const statement = cell.file.statements[found.statement];
    if (
      statement !== undefined &&
      ts.canHaveModifiers(statement) &&
      hasModifier(statement, ts.SyntaxKind.ExportKeyword)
    )
      names.add(found.name);
  }
  for (const statement of cell.file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) continue;
    if (ts.isNamedExports(statement.exportClause))
      for (const element of statement.exportClause.elements) names.add(element.name.text);
  }
  return names;
}
