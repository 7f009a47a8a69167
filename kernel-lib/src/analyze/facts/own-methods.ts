import type TS from "typescript";
import type { SessionScope } from "../cell-compiler.js";
import { ts } from "../typescript.js";
import { isAssignmentOperator } from "./flows.js";
import { isMutatingMethod } from "./mutators.js";

/** Methods of classes declared in cells that change their instance, as `Class.method`: what earlier cells found out. */
export function methodsOf(scope: SessionScope): ReadonlySet<string> {
  return new Set(
    [...scope.names.values()].flatMap((found) =>
      (found.mutatingMethods ?? []).map((method) => `${found.name}.${method}`),
    ),
  );
}

export interface OwnMethods {
  /** `Class.method` */
  readonly qualified: ReadonlySet<string>;
  /** The methods' bare names, for receivers of unknown type. */
  readonly byName: ReadonlySet<string>;
}

/** `earlier`: what cells before this one declared. */
export function ownMethods(statements: readonly TS.Statement[], earlier: ReadonlySet<string>): OwnMethods {
  const classes = new Map<string, TS.ClassLikeDeclaration>();
  const visit = (node: TS.Node): void => {
    if (ts.isClassLike(node)) classes.set(className(node), node);
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  const qualified = new Set([...earlier].filter((method) => !classes.has(method.slice(0, method.indexOf(".")))));
  for (const [name, node] of classes)
    for (const method of mutatingMembers(node, classes)) qualified.add(`${name}.${method}`);
  return { qualified, byName: new Set([...qualified].map((method) => method.slice(method.indexOf(".") + 1))) };
}

function className(node: TS.ClassLikeDeclaration): string {
  if (node.name !== undefined) return node.name.text;
  return ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name) ? node.parent.name.text : "";
}

/** Members whose body changes `this`, or calls one that does; inherited ones of classes in the same cell included. */
function mutatingMembers(
  node: TS.ClassLikeDeclaration,
  classes: ReadonlyMap<string, TS.ClassLikeDeclaration>,
): Set<string> {
  const base = baseName(node);
  const parent = base === null ? undefined : classes.get(base);
  const found = parent === undefined || parent === node ? new Set<string>() : mutatingMembers(parent, classes);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const member of node.members) {
      if (member.name !== undefined && ts.isIdentifier(member.name) && changesThis(member, found))
        found.add(member.name.text);
    }
  }
  return found;
}

function baseName(node: TS.ClassLikeDeclaration): string | null {
  const base = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
    ?.expression;
  return base !== undefined && ts.isIdentifier(base) ? base.text : null;
}

function changesThis(member: TS.ClassElement, known: ReadonlySet<string>): boolean {
  let changes = false;
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node)) return;
    if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind))
      changes ||= isPartOfThis(node.left);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
      changes ||= isStep(node.operator) && isPartOfThis(node.operand);
    else if (ts.isDeleteExpression(node)) changes ||= isPartOfThis(node.expression);
    else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: receiver, name } = node.expression;
      if (receiver.kind === ts.SyntaxKind.ThisKeyword || receiver.kind === ts.SyntaxKind.SuperKeyword)
        changes ||= known.has(name.text);
      else if (isPartOfThis(receiver)) changes ||= isMutatingMethod(name.text) || known.has(name.text);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(member, visit);
  return changes;
}

function isStep(operator: TS.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

/** `this.a`, `this.#b[0].c`, or a pattern with one in it. */
function isPartOfThis(node: TS.Node): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    return node.expression.kind === ts.SyntaxKind.ThisKeyword || isPartOfThis(node.expression);
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node))
    return isPartOfThis(node.expression);
  if (!ts.isArrayLiteralExpression(node) && !ts.isObjectLiteralExpression(node)) return false;
  return (
    ts.forEachChild(node, (child) => isPartOfThis(ts.isPropertyAssignment(child) ? child.initializer : child)) ?? false
  );
}
