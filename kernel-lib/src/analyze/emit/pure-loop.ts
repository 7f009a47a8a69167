import type TS from "typescript";
import { ts } from "../typescript.js";

/**
 * True if the loop runs no code but its own, by its types: no call but `Math`'s, no getter, no conversion of an object. What closures know
 * cannot be seen while it runs.
 */
export function isPureLoop(loop: TS.Statement, checker: TS.TypeChecker): boolean {
  const isPrimitive = (node: TS.Node): boolean => isPrimitiveType(checker.getTypeAtLocation(node));
  const isList = (node: TS.Node): boolean => {
    const type = checker.getTypeAtLocation(node);
    return (
      checker.isArrayType(type) ||
      checker.isTupleType(type) ||
      /^\w+\d+(?:Clamped)?Array$/.test(type.symbol?.name ?? "")
    );
  };
  const isPure = (node: TS.Node): boolean => {
    if (ts.isTypeNode(node)) return true;
    if (ts.isBinaryExpression(node)) return isPureOperation(node, isPrimitive) && everyChild(node, isPure);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
      return (node.operator === ts.SyntaxKind.ExclamationToken || isPrimitive(node.operand)) && isPure(node.operand);
    if (ts.isTemplateSpan(node)) return isPrimitive(node.expression) && isPure(node.expression);
    if (ts.isElementAccessExpression(node))
      return (
        isList(node.expression) &&
        isPrimitive(node.argumentExpression) &&
        isPure(node.expression) &&
        isPure(node.argumentExpression)
      );
    if (ts.isPropertyAccessExpression(node)) return isPureProperty(node) && (isMath(node) || isPure(node.expression));
    if (ts.isCallExpression(node))
      return (
        ts.isPropertyAccessExpression(node.expression) &&
        isMath(node.expression) &&
        node.arguments.every((argument) => isPrimitive(argument) && isPure(argument))
      );
    if (ts.isVariableDeclaration(node)) return ts.isIdentifier(node.name) && everyChild(node, isPure);
    if (ts.isForOfStatement(node)) return isList(node.expression) && everyChild(node, isPure);
    return isPlain(node) && everyChild(node, isPure);
  };
  const isMath = (node: TS.PropertyAccessExpression): boolean =>
    ts.isIdentifier(node.expression) &&
    node.expression.text === "Math" &&
    (checker.getSymbolAtLocation(node.expression)?.declarations ?? []).every(
      (declaration) => declaration.getSourceFile() !== loop.getSourceFile(),
    );
  const isPureProperty = (node: TS.PropertyAccessExpression): boolean =>
    isMath(node) || (node.name.text === "length" && (isList(node.expression) || isPrimitive(node.expression)));
  return isPure(loop);
}

const everyChild = (node: TS.Node, test: (child: TS.Node) => boolean): boolean =>
  ts.forEachChild(node, (child) => !test(child)) !== true;

function isPureOperation(node: TS.BinaryExpression, isPrimitive: (node: TS.Node) => boolean): boolean {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.InKeyword:
    case ts.SyntaxKind.InstanceOfKeyword:
      return false;
    case ts.SyntaxKind.EqualsToken:
      // A typed array converts what is put into it.
      return ts.isIdentifier(node.left) || (ts.isElementAccessExpression(node.left) && isPrimitive(node.right));
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return true;
    default:
      return isPrimitive(node.left) && isPrimitive(node.right);
  }
}

function isPrimitiveType(type: TS.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitiveType);
  const primitive =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Undefined;
  return (type.flags & primitive) !== 0;
}

/** Syntax that does nothing by itself but what its parts do. */
function isPlain(node: TS.Node): boolean {
  return (
    ts.isForStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node) ||
    ts.isLabeledStatement(node) ||
    ts.isBlock(node) ||
    ts.isIfStatement(node) ||
    ts.isExpressionStatement(node) ||
    ts.isVariableStatement(node) ||
    ts.isVariableDeclarationList(node) ||
    ts.isBreakOrContinueStatement(node) ||
    ts.isEmptyStatement(node) ||
    ts.isConditionalExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isIdentifier(node) ||
    ts.isLiteralExpression(node) ||
    ts.isToken(node)
  );
}
