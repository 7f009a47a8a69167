import type TS from "typescript";
import type { ImportFacts } from "../../notebook/cell-facts.js";
import { hasValue } from "../names/has-value.js";
import { isReference, symbolOf } from "../names/references.js";
import { importSpecifier } from "../scope/import-declarations.js";
import { ts } from "../typescript.js";
import type { FactContext } from "./fact-context.js";

/** Import bindings in order. */
export function importFacts(context: FactContext, checker: TS.TypeChecker, speed: "bind" | "check"): ImportFacts[] {
  const used = usedAs(context);
  return context.names.own.flatMap((found): ImportFacts[] => {
    if (found.kind !== "import") return [];
    const specifier = importSpecifier(found.node) ?? requiredSpecifier(found.node);
    if (specifier === null) return [];
    // Without the module's types at hand, use in type positions alone is what tells.
    const typeOnly =
      !hasValue(found.node, checker) ||
      (speed === "bind" && used.types.has(found.node) && !used.values.has(found.node));
    return [{ local: found.name, imported: importedName(found.node), specifier, typeOnly }];
  });
}

function importedName(node: TS.Node): string {
  if (ts.isImportSpecifier(node)) return (node.propertyName ?? node.name).text;
  return ts.isImportClause(node) ? "default" : "*";
}

function requiredSpecifier(node: TS.Node): string | null {
  if (!ts.isImportEqualsDeclaration(node) || !ts.isExternalModuleReference(node.moduleReference)) return null;
  const name = node.moduleReference.expression;
  return ts.isStringLiteral(name) ? name.text : null;
}

/** The import bindings that the cell uses as types, and as values. */
function usedAs(context: FactContext): { readonly types: Set<TS.Node>; readonly values: Set<TS.Node> } {
  const used = { types: new Set<TS.Node>(), values: new Set<TS.Node>() };
  const visit = (node: TS.Node, inType: boolean): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && isReference(node)) {
      for (const declaration of symbolOf(node, context.checker)?.declarations ?? [])
        (inType ? used.types : used.values).add(declaration);
    }
    const isType = inType || (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node));
    ts.forEachChild(node, (child) => visit(child, isType));
  };
  visit(context.file, false);
  return used;
}
