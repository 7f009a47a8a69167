import type TS from "typescript";
import type { CallSurvey, CellSurvey, LiteralSurvey } from "../../notebook/cell-survey.js";
import { literalValue } from "../facts/literals.js";
import { parseCell } from "../parse-cell.js";
import { loadTypeScript, ts } from "../typescript.js";
import { isChart } from "./charts.js";
import { surveyConstants } from "./constants.js";

const surveys = new Map<string, CellSurvey>();

/** Surveys that are kept: several large notebooks' worth. */
const KEPT = 2000;

/** Reads a cell's text, without types. */
export function surveyCell(source: string): CellSurvey {
  const known = surveys.get(source);
  if (known !== undefined) return known;
  loadTypeScript();
  const survey = look(source);
  const [oldest] = surveys.keys();
  if (surveys.size >= KEPT && oldest !== undefined) surveys.delete(oldest);
  surveys.set(source, survey);
  return survey;
}

function look(source: string): CellSurvey {
  const { file } = parseCell(source);
  const lineOf = (node: TS.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const calls: CallSurvey[] = [];
  const literals: LiteralSurvey[] = [];
  const comparisons: { name: string; value: unknown }[] = [];
  const counts = new Set<string>();
  const assigned = new Set<string>();
  const properties: { name: string; value: number; line: number }[] = [];
  const globalWrites: number[] = [];
  const compare = (name: TS.Expression, other: TS.Expression): void => {
    const value = literalValue(other);
    if (ts.isIdentifier(name) && value !== null) comparisons.push({ name: name.text, value: value.value });
  };

  const visit = (node: TS.Node, statement: number, later: boolean): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const first = node.arguments?.[0];
      calls.push({
        callee: `${ts.isNewExpression(node) ? "new " : ""}${calleeText(node.expression)}`,
        statement,
        line: lineOf(node),
        first: firstArgument(first),
        arguments: node.arguments?.length ?? 0,
        later,
      });
      if (["slice", "at", "subarray", "limit", "head"].includes(lastName(node.expression)))
        for (const argument of node.arguments ?? []) if (ts.isIdentifier(argument)) counts.add(argument.text);
    }
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateHead(node))
      literals.push({ text: node.text, line: lineOf(node), holder: holderOf(node) });
    if (ts.isBinaryExpression(node)) {
      if (isEquality(node.operatorToken.kind)) {
        compare(node.left, node.right);
        compare(node.right, node.left);
      }
      if (isLessThan(node.operatorToken.kind) && ts.isIdentifier(node.right) && isLoopCondition(node))
        counts.add(node.right.text);
      if (isAssignment(node.operatorToken.kind)) {
        if (isMemberOfGlobal(node.left)) globalWrites.push(lineOf(node));
        for (const name of namesIn(node.left)) assigned.add(name);
      }
    }
    if (
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
      (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
    )
      for (const name of namesIn(node.operand)) assigned.add(name);
    if (ts.isSwitchStatement(node))
      for (const clause of node.caseBlock.clauses)
        if (ts.isCaseClause(clause)) compare(node.expression, clause.expression);
    if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.argumentExpression))
      counts.add(node.argumentExpression.text);
    if (ts.isPropertyAssignment(node) && !ts.isComputedPropertyName(node.name)) {
      const value = literalValue(node.initializer);
      if (typeof value?.value === "number" && !isInside(node, "param"))
        properties.push({ name: node.name.text, value: value.value, line: lineOf(node) });
    }
    const body = later || isRunLater(node);
    ts.forEachChild(node, (child) => visit(child, statement, body));
  };
  for (const [index, statement] of file.statements.entries()) visit(statement, index, false);
  const indexes = (test: (statement: TS.Statement) => boolean): number[] =>
    file.statements.flatMap((statement, index) => (test(statement) ? [index] : []));
  return {
    calls,
    literals,
    constants: surveyConstants(file, lineOf),
    comparisons,
    counts: [...counts],
    assigned: [...assigned],
    properties,
    globalWrites,
    shown: indexes((statement) => ts.isExpressionStatement(statement) && onlyShows(statement.expression)),
    charts: indexes(isChart),
  };
}

/** `fs.readFileSync`; calls in between as `()`, so that `aq.table(x).filter(y)` is `aq.table().filter`. */
function calleeText(node: TS.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return `${calleeText(node.expression)}.${node.name.text}`;
  if (ts.isCallExpression(node)) return `${calleeText(node.expression)}()`;
  if (ts.isNewExpression(node)) return `new ${calleeText(node.expression)}()`;
  if (ts.isElementAccessExpression(node)) return `${calleeText(node.expression)}[]`;
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node)
  )
    return calleeText(node.expression);
  if (node.kind === ts.SyntaxKind.ImportKeyword) return "import";
  if (node.kind === ts.SyntaxKind.ThisKeyword) return "this";
  return "";
}

function lastName(node: TS.Expression): string {
  return ts.isPropertyAccessExpression(node) ? node.name.text : "";
}

function firstArgument(node: TS.Expression | undefined): CallSurvey["first"] {
  if (node === undefined) return null;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isIdentifier(node) ? { name: node.text } : null;
}

/** Plain names that an assignment to this changes: `x`, `[x, y]`, `{ x }`. */
function namesIn(target: TS.Expression): string[] {
  if (ts.isIdentifier(target)) return [target.text];
  if (ts.isParenthesizedExpression(target)) return namesIn(target.expression);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap(namesIn);
  if (!ts.isObjectLiteralExpression(target)) return [];
  return target.properties.flatMap((property) =>
    ts.isShorthandPropertyAssignment(property)
      ? [property.name.text]
      : ts.isPropertyAssignment(property)
        ? namesIn(property.initializer)
        : [],
  );
}

function holderOf(node: TS.Node): string | null {
  const { parent } = node;
  if (ts.isTemplateExpression(parent)) return holderOf(parent);
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isPropertyAssignment(parent) && parent.initializer === node && !ts.isComputedPropertyName(parent.name))
    return parent.name.text;
  if (ts.isBinaryExpression(parent) && parent.right === node)
    return ts.isIdentifier(parent.left)
      ? parent.left.text
      : ts.isPropertyAccessExpression(parent.left)
        ? parent.left.name.text
        : null;
  return null;
}

function isEquality(kind: TS.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}

function isLessThan(kind: TS.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.LessThanToken || kind === ts.SyntaxKind.LessThanEqualsToken;
}

function isAssignment(kind: TS.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isLoopCondition(node: TS.Node): boolean {
  return ts.isForStatement(node.parent) && node.parent.condition === node;
}

const globals = new Set([
  "globalThis",
  "global",
  "process",
  "Math",
  "Array",
  "Object",
  "String",
  "Number",
  "Date",
  "JSON",
  "Map",
  "Set",
]);

function isMemberOfGlobal(node: TS.Expression): boolean {
  let root: TS.Expression = node;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
  return root !== node && ts.isIdentifier(root) && globals.has(root.text);
}

function isInside(node: TS.Node, callee: string): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (ts.isCallExpression(at) && ts.isIdentifier(at.expression) && at.expression.text === callee) return true;
  return false;
}

/** Functions that have a name of their own; a callback runs with its call, as far as anybody can see. */
function isRunLater(node: TS.Node): boolean {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isClassDeclaration(node)) return true;
  return (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && ts.isVariableDeclaration(node.parent);
}

function onlyShows(node: TS.Expression): boolean {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return onlyShows(node.expression);
  if (ts.isIdentifier(node) || ts.isTemplateExpression(node) || literalValue(node) !== null) return true;
  if (ts.isPropertyAccessExpression(node)) return onlyShows(node.expression);
  if (ts.isElementAccessExpression(node)) return onlyShows(node.expression) && onlyShows(node.argumentExpression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(onlyShows);
  if (ts.isConditionalExpression(node))
    return onlyShows(node.condition) && onlyShows(node.whenTrue) && onlyShows(node.whenFalse);
  if (ts.isBinaryExpression(node))
    return !isAssignment(node.operatorToken.kind) && onlyShows(node.left) && onlyShows(node.right);
  return false;
}
