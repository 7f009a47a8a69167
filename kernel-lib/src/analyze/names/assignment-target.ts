import type TS from "typescript";
import { ts } from "../typescript.js";

/** How an identifier's variable gets a value: by a plain assignment, by one that reads it first, or by something else (a pattern, a loop's head, `??=`). */
export type Assignment = "plain" | "compound" | "other";

/** How the expression is assigned to where it stands, or null if it is only read. */
export function assignmentTo(node: TS.Expression): Assignment | null {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) return byOperator(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const changes =
      parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
    return changes ? "compound" : null;
  }
  return isPatternPart(node) ? "other" : null;
}

const logical = new Set<number>();

function byOperator(operator: TS.SyntaxKind): Assignment | null {
  if (logical.size === 0) {
    for (const kind of [
      ts.SyntaxKind.BarBarEqualsToken,
      ts.SyntaxKind.AmpersandAmpersandEqualsToken,
      ts.SyntaxKind.QuestionQuestionEqualsToken,
    ])
      logical.add(kind);
  }
  if (operator === ts.SyntaxKind.EqualsToken) return "plain";
  if (operator < ts.SyntaxKind.FirstAssignment || operator > ts.SyntaxKind.LastAssignment) return null;
  return logical.has(operator) ? "other" : "compound";
}

/** True inside what a pattern or the head of a loop assigns to, parentheses and type assertions included. */
function isPatternPart(node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === node;
  if (ts.isDeleteExpression(parent)) return true;
  if (ts.isBinaryExpression(parent)) return parent.left === node && byOperator(parent.operatorToken.kind) !== null;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return assignmentTo(node as TS.Expression) !== null;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isPatternPart(parent.parent);
  const passes =
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isTypeAssertionExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent);
  return passes && isPatternPart(parent);
}
