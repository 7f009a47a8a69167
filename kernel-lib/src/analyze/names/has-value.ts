import type TS from "typescript";
import { ts } from "../typescript.js";

/** False for imports of types alone, and for namespaces that hold only types. Unknown counts as a value. */
export function hasValue(node: TS.Node, checker: TS.TypeChecker): boolean {
  const symbol = declaredSymbol(node, checker);
  if (symbol === undefined) return true;
  if (isTypeOnly(node)) return false;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & ts.SymbolFlags.Value) !== 0;
}

function declaredSymbol(node: TS.Node, checker: TS.TypeChecker): TS.Symbol | undefined {
  return "name" in node && node.name !== undefined ? checker.getSymbolAtLocation(node.name as TS.Node) : undefined;
}

function isTypeOnly(node: TS.Node): boolean {
  if (ts.isImportSpecifier(node)) return node.isTypeOnly || node.parent.parent.isTypeOnly;
  if (ts.isNamespaceImport(node)) return node.parent.isTypeOnly;
  return ts.isImportClause(node) && node.isTypeOnly;
}
