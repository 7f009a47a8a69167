import type TS from "typescript";
import type { StatementFacts } from "../../notebook/cell-facts.js";
import { hasModifier } from "../names/top-level-names.js";
import { ts } from "../typescript.js";
import { canonicalHash } from "./canonical-hash.js";
import type { FunctionLike } from "./deferred.js";
import type { Places } from "./places.js";

type StatementShape = Pick<StatementFacts, "range" | "hash" | "codeStart" | "kind" | "exported">;

/** Where a statement lies and what it is; what it reads comes from `collectUses`. */
export function statementShape(
  statement: TS.Statement,
  file: TS.SourceFile,
  functions: readonly FunctionLike[],
  places: Places,
): StatementShape {
  const code = statement.getStart(file);
  const comment = ts.getLeadingCommentRanges(file.text, statement.pos)?.[0];
  const range = places.range(comment?.pos ?? code, statement.end);
  const exported = ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword);
  return {
    range,
    hash: canonicalHash([statement], file),
    codeStart: places.range(code, code).start,
    kind: statementKind(statement, functions),
    exported,
  };
}

function statementKind(statement: TS.Statement, functions: readonly FunctionLike[]): StatementFacts["kind"] {
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return "import";
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return "type";
  if (ts.isFunctionDeclaration(statement)) return "function";
  if (ts.isClassDeclaration(statement)) return "class";
  if (ts.isEnumDeclaration(statement)) return "enum";
  if (ts.isModuleDeclaration(statement)) return "namespace";
  if (!ts.isVariableStatement(statement)) return "expression";
  const declarations = statement.declarationList.declarations;
  const only = functions.find((found) => found.declaration === declarations[0]);
  if (declarations.length !== 1 || only === undefined) return "variable";
  return ts.isClassLike(only.node) ? "class" : "function";
}
