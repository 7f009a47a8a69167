import type TS from "typescript";
import { symbolOf } from "../names/references.js";
import { importSpecifier } from "../scope/import-declarations.js";
import { ts } from "../typescript.js";
import { type FactContext, meaningOf } from "./fact-context.js";

/**
 * True for a call of Tagline's function `name`: imported from "tagline" in this cell (under any name), a member of its namespace,
 * or a name that another cell must have imported.
 */
export function isTaglineCall(node: TS.CallExpression, name: string, context: FactContext): boolean {
  const callee = node.expression;
  if (ts.isPropertyAccessExpression(callee))
    return (
      callee.name.text === name && ts.isIdentifier(callee.expression) && isTaglineNamespace(callee.expression, context)
    );
  if (!ts.isIdentifier(callee)) return false;
  const declaration = importOf(callee, context);
  if (declaration !== null)
    return (
      ts.isImportSpecifier(declaration) &&
      (declaration.propertyName ?? declaration.name).text === name &&
      importSpecifier(declaration) === "tagline"
    );
  if (callee.text !== name || context.names.own.some((found) => found.name === name)) return false;
  return meaningOf(callee, context)?.kind === "name";
}

function isTaglineNamespace(id: TS.Identifier, context: FactContext): boolean {
  const declaration = importOf(id, context);
  return declaration !== null && importSpecifier(declaration) === "tagline";
}

function importOf(id: TS.Identifier, context: FactContext): TS.Node | null {
  const declaration = symbolOf(id, context.checker)?.declarations?.[0];
  if (declaration === undefined) return null;
  return ts.isImportSpecifier(declaration) || ts.isNamespaceImport(declaration) || ts.isImportClause(declaration)
    ? declaration
    : null;
}
