import type TS from "typescript";
import { ts } from "../typescript.js";

/**
 * True if the identifier stands for a value or type by its name: not a property's, label's, import's or declaration's own name.
 * The `x` of a shorthand `{ x }` is both, and counts.
 */
export function isReference(id: TS.Identifier): boolean {
  const parent = id.parent;
  // Where an expression is missing, the parser puts an identifier without text.
  if (id.text === "") return false;
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === id;
  if ("name" in parent && parent.name === id) return false;
  if ("propertyName" in parent && parent.propertyName === id) return false;
  if ("label" in parent && parent.label === id) return false;
  if (ts.isQualifiedName(parent)) return parent.left === id;
  return !ts.isExportSpecifier(parent) && !ts.isImportTypeNode(parent) && !ts.isNamespaceExport(parent);
}

/** The symbol that a reference means, or undefined if no declaration is in sight. */
export function symbolOf(id: TS.Identifier, checker: TS.TypeChecker): TS.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(id.parent)) return checker.getShorthandAssignmentValueSymbol(id.parent);
  return checker.getSymbolAtLocation(id);
}

/** Texts of all identifiers in the tree, whatever they stand for. */
export function identifierTexts(root: TS.Node): Set<string> {
  const texts = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) texts.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return texts;
}

/** Names that occur as references in the tree. */
export function referencedNames(root: TS.Node): Set<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node) && isReference(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

/** Names that anything in the tree declares. */
export function declaredNames(root: TS.Node): Set<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    const parent = node.parent;
    if (ts.isIdentifier(node) && "name" in parent && parent.name === node && !isMember(parent)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

function isMember(node: TS.Node): boolean {
  return ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) || ts.isClassElement(node);
}
