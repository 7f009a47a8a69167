import type TS from "typescript";
import { ts } from "../typescript.js";

/** `flatMap` gives what is inside what its callback gives, `flat` what is inside the elements. */
export function isFlat(node: TS.CallExpression): boolean {
  return ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "flatMap";
}

/** `entries()` puts the elements into pairs; `flat`, `fromEntries` and `groupBy` take them a level out or in. */
export function isPaired(node: TS.CallExpression): boolean {
  return (
    ts.isPropertyAccessExpression(node.expression) &&
    ["entries", "flat", "fromEntries", "groupBy"].includes(node.expression.name.text)
  );
}

/** Expressions that give what their parts give. */
export function transparent(node: TS.Expression): readonly TS.Expression[] | null {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isAwaitExpression(node)
  ) {
    return [node.expression];
  }
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (!ts.isBinaryExpression(node)) return null;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return [node.left, node.right];
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.EqualsToken:
      return [node.right];
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      return [node.left, node.right];
    default:
      return null;
  }
}

export function enclosingParameter(node: TS.Node): TS.ParameterDeclaration | null {
  if (ts.isParameter(node)) return node;
  return ts.isBindingElement(node) ? enclosingParameter(node.parent.parent) : null;
}

/** What a function's own `return`s give; null if there is no function, or it is a generator. */
export function returnedExpressions(fn: TS.Node | undefined): TS.Expression[] | null {
  if (fn === undefined || !(ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) || ts.isFunctionDeclaration(fn)))
    return null;
  if (fn.body === undefined || fn.asteriskToken !== undefined) return null;
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return found;
}

export function union(sets: readonly Set<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}
