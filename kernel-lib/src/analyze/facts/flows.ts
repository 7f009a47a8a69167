import type TS from "typescript";
import { symbolOf } from "../names/references.js";
import { bindingNames } from "../names/top-level-names.js";
import { ts } from "../typescript.js";
import { isMutatingMethod } from "./mutators.js";

/** How a variable may come to share objects with an expression. */
export interface Flow {
  readonly from: TS.Expression;
  /** `same`: it may be that very object; `part`: something inside it; `holds`: it may contain it. */
  readonly as: "same" | "part" | "holds";
}

/** All that flows into variables anywhere in the cell, whatever the order: a careful answer, not an exact one. */
export interface Flows {
  into(symbol: TS.Symbol): readonly Flow[];
  /** Places where a function's name is used, other than its declaration. */
  usesOf(symbol: TS.Symbol): readonly TS.Identifier[];
}

export function collectFlows(root: TS.Node, checker: TS.TypeChecker): Flows {
  const flows = new Map<TS.Symbol, Flow[]>();
  const uses = new Map<TS.Symbol, TS.Identifier[]>();

  function add(id: TS.Identifier, from: TS.Expression, as: Flow["as"]): void {
    const symbol = symbolOf(id, checker);
    if (symbol === undefined) return;
    const known = flows.get(symbol) ?? [];
    known.push({ from, as });
    flows.set(symbol, known);
  }

  function declaration(node: TS.VariableDeclaration): void {
    const list = node.parent;
    const source =
      ts.isVariableDeclarationList(list) && ts.isForOfStatement(list.parent)
        ? list.parent.expression
        : node.initializer;
    if (source === undefined) return;
    const isWhole = source === node.initializer && ts.isIdentifier(node.name);
    for (const bound of bindingNames(node)) add(bound.name, source, isWhole ? "same" : "part");
  }

  function assignment(target: TS.Expression, value: TS.Expression, as: Flow["as"]): void {
    if (ts.isParenthesizedExpression(target)) assignment(target.expression, value, as);
    else if (ts.isIdentifier(target)) add(target, value, as);
    else if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target))
      holder(target.expression, value);
    if (ts.isArrayLiteralExpression(target))
      for (const item of target.elements) assignment(withoutSpread(item), value, "part");
    if (!ts.isObjectLiteralExpression(target)) return;
    for (const property of target.properties) {
      if (ts.isShorthandPropertyAssignment(property)) add(property.name, value, "part");
      else if (ts.isPropertyAssignment(property)) assignment(property.initializer, value, "part");
      else if (ts.isSpreadAssignment(property)) assignment(property.expression, value, "part");
    }
  }

  /** `out.x.push(value)`: whatever `out` is, it now holds the value. */
  function holder(receiver: TS.Expression, value: TS.Expression): void {
    const root = rootIdentifier(receiver);
    if (root !== null) add(root, value, "holds");
  }

  const visit = (node: TS.Node): void => {
    if (ts.isVariableDeclaration(node)) declaration(node);
    else if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind))
      assignment(node.left, node.right, "same");
    else if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer))
      assignment(node.initializer, node.expression, "part");
    else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      isMutatingMethod(node.expression.name.text)
    ) {
      for (const argument of node.arguments) holder(node.expression.expression, withoutSpread(argument));
    } else if (ts.isIdentifier(node)) {
      const symbol = isUse(node) ? symbolOf(node, checker) : undefined;
      if (symbol !== undefined) uses.set(symbol, [...(uses.get(symbol) ?? []), node]);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return { into: (symbol) => flows.get(symbol) ?? [], usesOf: (symbol) => uses.get(symbol) ?? [] };
}

export function isAssignmentOperator(kind: TS.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** `a` of `a.b[c].d`. */
export function rootIdentifier(node: TS.Expression): TS.Identifier | null {
  if (ts.isIdentifier(node)) return node;
  const isLink =
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node);
  return isLink ? rootIdentifier(node.expression) : null;
}

function withoutSpread(node: TS.Expression): TS.Expression {
  return ts.isSpreadElement(node) ? node.expression : node;
}

/** Called, or handed to a call. */
function isUse(id: TS.Identifier): boolean {
  return (
    (ts.isCallExpression(id.parent) || ts.isNewExpression(id.parent)) &&
    (id.parent.expression === id || (id.parent.arguments?.includes(id) ?? false))
  );
}
