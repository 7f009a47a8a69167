import type TS from "typescript";
import type { ConstantSurvey } from "../../notebook/cell-survey.js";
import { literalValue } from "../facts/literals.js";
import { ts } from "../typescript.js";

/** Top-level variables whose value is written out: literals, and what is made of literals and other names alone. */
export function surveyConstants(file: TS.SourceFile, lineOf: (node: TS.Node) => number): ConstantSurvey[] {
  return file.statements.flatMap((statement, index) => {
    if (!ts.isVariableStatement(statement)) return [];
    const { declarations, flags } = statement.declarationList;
    return declarations.flatMap((declaration): ConstantSurvey[] => {
      const { name, initializer, type } = declaration;
      if (!ts.isIdentifier(name) || initializer === undefined || !isMadeOfLiterals(initializer)) return [];
      const value = literalValue(initializer);
      return [
        {
          name: name.text,
          statement: index,
          line: lineOf(declaration),
          ...(value === null ? {} : { value: value.value }),
          text: initializer.getText(file),
          allowed: type === undefined ? [] : literalsOf(type),
          comment: commentOf(statement, file),
          declared: flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var",
        },
      ];
    });
  });
}

const pureConstructors = new Set(["Set", "Map", "Date", "RegExp", "URL"]);
const pureFunctions = new Set(["Number", "String", "Boolean", "BigInt", "param", "secret", "join"]);

/** `path.join("data", "cars.json")`, `Object.freeze({ … })`, `Math.sqrt(2)`. */
const pureMethods = /^(?:path\.(?:join|resolve|basename|dirname)|Object\.freeze|Math\.(?!random$)\w+)$/;

function isPure(callee: TS.Expression): boolean {
  if (ts.isIdentifier(callee)) return pureFunctions.has(callee.text);
  return ts.isPropertyAccessExpression(callee) && pureMethods.test(callee.getText());
}

/** No call but of what makes the same each time; names may occur. */
function isMadeOfLiterals(node: TS.Expression): boolean {
  if (
    literalValue(node) !== null ||
    ts.isIdentifier(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isBigIntLiteral(node)
  )
    return true;
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return isMadeOfLiterals(node.expression);
  if (ts.isPrefixUnaryExpression(node))
    return (
      node.operator !== ts.SyntaxKind.PlusPlusToken &&
      node.operator !== ts.SyntaxKind.MinusMinusToken &&
      isMadeOfLiterals(node.operand)
    );
  if (ts.isTemplateExpression(node)) return node.templateSpans.every(({ expression }) => isMadeOfLiterals(expression));
  if (ts.isPropertyAccessExpression(node)) return isMadeOfLiterals(node.expression);
  if (ts.isElementAccessExpression(node))
    return isMadeOfLiterals(node.expression) && isMadeOfLiterals(node.argumentExpression);
  if (ts.isConditionalExpression(node)) return [node.condition, node.whenTrue, node.whenFalse].every(isMadeOfLiterals);
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return !assigns && isMadeOfLiterals(node.left) && isMadeOfLiterals(node.right);
  }
  if (ts.isArrayLiteralExpression(node))
    return node.elements.every((element) =>
      isMadeOfLiterals(ts.isSpreadElement(element) ? element.expression : element),
    );
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (property) =>
        ts.isShorthandPropertyAssignment(property) ||
        (ts.isPropertyAssignment(property) && isMadeOfLiterals(property.initializer)) ||
        (ts.isSpreadAssignment(property) && isMadeOfLiterals(property.expression)),
    );
  const given = ts.isNewExpression(node) || ts.isCallExpression(node) ? (node.arguments ?? []) : [];
  if (ts.isNewExpression(node))
    // `new Date()` is the clock.
    return (
      ts.isIdentifier(node.expression) &&
      pureConstructors.has(node.expression.text) &&
      !(node.expression.text === "Date" && given.length === 0) &&
      given.every(isMadeOfLiterals)
    );
  if (ts.isCallExpression(node)) return isPure(node.expression) && given.every(isMadeOfLiterals);
  return false;
}

function literalsOf(type: TS.TypeNode): unknown[] {
  const parts = ts.isUnionTypeNode(type) ? type.types : [type];
  const values = parts.map((part) =>
    ts.isLiteralTypeNode(part) && !ts.isPrefixUnaryExpression(part.literal) ? literalValue(part.literal) : null,
  );
  return values.flatMap((value) => (value === null ? [] : [value.value]));
}

function commentOf(statement: TS.Statement, file: TS.SourceFile): string | null {
  const text = file.text;
  const behind = ts.getTrailingCommentRanges(text, statement.end)?.[0];
  const above = ts.getLeadingCommentRanges(text, statement.pos)?.at(-1);
  const range = behind ?? above;
  if (range === undefined) return null;
  const words = text
    .slice(range.pos, range.end)
    .replace(/^\/\/+|^\/\*+|\*+\/$/g, "")
    .replace(/\s*\n\s*\*?\s*/g, " ")
    .trim();
  return words === "" || words.length > 120 || /^@|^ts-|^eslint|^biome/.test(words) ? null : words;
}
