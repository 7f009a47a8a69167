import type TS from "typescript";
import { ts } from "../typescript.js";
import { isAssignmentOperator } from "./flows.js";

/** `x = 1` writes, `x++` reads and writes, anything else reads. */
export function accessOf(id: TS.Node): "read" | "write" | "readwrite" {
  const parent = id.parent;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent))
    return accessOf(parent);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const { operator } = parent;
    return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken
      ? "readwrite"
      : "read";
  }
  if (ts.isBinaryExpression(parent) && parent.left === id && isAssignmentOperator(parent.operatorToken.kind)) {
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? "write" : "readwrite";
  }
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === id ? "write" : "read";
  return isInPattern(id) ? accessOf(id.parent) : "read";
}

/** True if the node is a place in an array or object literal that may be a destructuring target. */
function isInPattern(node: TS.Node): boolean {
  const parent = node.parent;
  if (
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isObjectLiteralExpression(parent)
  )
    return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return ts.isShorthandPropertyAssignment(parent) && parent.name === node;
}
