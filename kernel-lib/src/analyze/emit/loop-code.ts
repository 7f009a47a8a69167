import type TS from "typescript";
import { ts } from "../typescript.js";
import type { LoopLocal } from "./loop-locals.js";
import type { SessionCode } from "./session-code.js";

type Unary = TS.PrefixUnaryExpression | TS.PostfixUnaryExpression;

/**
 * Makes the syntax of a loop that keeps names in local variables (see CompiledCell). Setting a flag again and again costs nothing
 * once the loop is compiled; a call or a store in it would cost as much as the loop.
 */
export interface LoopCode {
  /** `(tl1$x = true, tl0$x)` */
  read(name: string, local: LoopLocal, original: TS.Identifier): TS.Expression;
  /** `(tl1$x = true, tl0$x += value, tl2$x = true, tl0$x)` */
  assign(name: string, local: LoopLocal, original: TS.BinaryExpression, value: TS.Expression): TS.Expression;
  /** `var x = value` */
  initialize(name: string, original: TS.Node, value: TS.Expression): TS.Expression;
  /** `x++` and its like. */
  step(name: string, local: LoopLocal, original: Unary): TS.Expression;
  /** The block around the loop. */
  around(loop: TS.Statement, locals: ReadonlyMap<string, LoopLocal>): TS.Statement;
}

export function createLoopCode(code: SessionCode, factory: TS.NodeFactory): LoopCode {
  // No name of the session gives these: those of references begin with `tl$`.
  const value = (name: string): TS.Identifier => factory.createIdentifier(`tl0$${name}`);
  const wasRead = (name: string): TS.Identifier => factory.createIdentifier(`tl1$${name}`);
  const wasWritten = (name: string): TS.Identifier => factory.createIdentifier(`tl2$${name}`);
  const raise = (flag: TS.Identifier): TS.Expression => factory.createAssignment(flag, factory.createTrue());
  const noteRead = (name: string, { mayWriteFirst }: LoopLocal): TS.Expression =>
    mayWriteFirst
      ? factory.createLogicalOr(wasWritten(name), factory.createParenthesizedExpression(raise(wasRead(name))))
      : raise(wasRead(name));
  const sequence = (original: TS.Node, parts: readonly TS.Expression[]): TS.Expression => {
    const list = parts.reduce((before, part) => factory.createComma(before, part));
    return ts.setTextRange(factory.createParenthesizedExpression(list), original);
  };

  return {
    read: (name, local, original) =>
      sequence(original, [noteRead(name, local), ts.setTextRange(value(name), original)]),
    assign(name, local, original, right) {
      const { operatorToken } = original;
      const change = ts.setTextRange(factory.createBinaryExpression(value(name), operatorToken, right), original);
      return sequence(original, [
        ...(operatorToken.kind === ts.SyntaxKind.EqualsToken ? [] : [noteRead(name, local)]),
        change,
        raise(wasWritten(name)),
        ...(isUnused(original) ? [] : [value(name)]),
      ]);
    },
    initialize: (name, original, right) =>
      sequence(original, [factory.createAssignment(value(name), right), raise(wasWritten(name))]),
    step(name, local, original) {
      const changed = ts.isPrefixUnaryExpression(original)
        ? factory.createPrefixUnaryExpression(original.operator, value(name))
        : factory.createPostfixUnaryExpression(value(name), original.operator);
      const change = ts.setTextRange(changed, original);
      if (isUnused(original)) return sequence(original, [noteRead(name, local), change, raise(wasWritten(name))]);
      const result = factory.createIdentifier("tl3$");
      return sequence(original, [
        noteRead(name, local),
        factory.createAssignment(result, change),
        raise(wasWritten(name)),
        result,
      ]);
    },
    around(loop, locals) {
      const variables = [...locals].flatMap(([name, { reads }]) => {
        const start = reads ? factory.createCallExpression(code.member(name, "enter"), undefined, []) : undefined;
        return [
          variable(value(name), start, factory),
          ...[wasRead(name), wasWritten(name)].map((flag) => variable(flag, factory.createFalse(), factory)),
        ];
      });
      const head = factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList(
          [...variables, variable(factory.createIdentifier("tl3$"), undefined, factory)],
          ts.NodeFlags.Let,
        ),
      );
      const leaving = [...locals.keys()].map((name) =>
        factory.createExpressionStatement(
          factory.createCallExpression(code.member(name, "leave"), undefined, [
            value(name),
            wasRead(name),
            wasWritten(name),
          ]),
        ),
      );
      const guarded = factory.createTryStatement(factory.createBlock([loop]), undefined, factory.createBlock(leaving));
      return factory.createBlock([head, guarded]);
    },
  };
}

function variable(
  name: TS.Identifier,
  start: TS.Expression | undefined,
  factory: TS.NodeFactory,
): TS.VariableDeclaration {
  return factory.createVariableDeclaration(name, undefined, undefined, start);
}

/** True where nobody takes the expression's value. */
function isUnused(node: TS.Expression): boolean {
  const { parent } = node;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isForStatement(parent)) return parent.initializer === node || parent.incrementor === node;
  if (ts.isParenthesizedExpression(parent)) return isUnused(parent);
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.CommaToken) return false;
  return parent.left === node || isUnused(parent);
}
