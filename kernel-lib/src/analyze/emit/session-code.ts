import type TS from "typescript";
import { ts } from "../typescript.js";

/** Makes the syntax that stands for session names in emitted code, and remembers which names were touched. */
export interface SessionCode {
  readonly touched: ReadonlySet<string>;
  /** True once `globalThis` was met, through which code may come to any object. */
  readonly reachesGlobals: boolean;
  noteGlobals(): void;
  /** `tl$x.enter`, say */
  member(name: string, member: string): TS.PropertyAccessExpression;
  /** `tl$x.v` */
  access(name: string, original: TS.Node): TS.Expression;
  /** `(0, tl$f.v)`, so that a call has no `this`. */
  callee(name: string, original: TS.Node): TS.Expression;
  /** `tl$x.v = value` */
  assign(name: string, value: TS.Expression, original: TS.Node): TS.Expression;
  /** `tl$x.v = value;` */
  publish(name: string, value: TS.Expression, original: TS.Node): TS.Statement;
  /** `tl$x.declare();` for `let x;` */
  declare(name: string, original: TS.Node): TS.Statement;
  /** `$tl.import`, `$tl.require` or `$tl.module` */
  runtime(member: "import" | "module" | "require"): TS.Expression;
}

export function createSessionCode(factory: TS.NodeFactory): SessionCode {
  const touched = new Set<string>();
  let reachesGlobals = false;

  function access(name: string, original: TS.Node): TS.Expression {
    touched.add(name);
    return ts.setTextRange(
      factory.createPropertyAccessExpression(factory.createIdentifier(`tl$${name}`), "v"),
      original,
    );
  }

  function assign(name: string, value: TS.Expression, original: TS.Node): TS.Expression {
    return ts.setTextRange(factory.createAssignment(access(name, original), value), original);
  }

  return {
    touched,
    get reachesGlobals() {
      return reachesGlobals;
    },
    noteGlobals() {
      reachesGlobals = true;
    },
    member(name, member) {
      touched.add(name);
      return factory.createPropertyAccessExpression(factory.createIdentifier(`tl$${name}`), member);
    },
    access,
    callee: (name, original) =>
      factory.createParenthesizedExpression(
        factory.createComma(factory.createNumericLiteral(0), access(name, original)),
      ),
    assign,
    publish: (name, value, original) =>
      ts.setTextRange(factory.createExpressionStatement(assign(name, value, original)), original),
    declare(name, original) {
      touched.add(name);
      const method = factory.createPropertyAccessExpression(factory.createIdentifier(`tl$${name}`), "declare");
      return ts.setTextRange(
        factory.createExpressionStatement(factory.createCallExpression(method, undefined, [])),
        original,
      );
    },
    runtime: (member) => factory.createPropertyAccessExpression(factory.createIdentifier("$tl"), member),
  };
}

/**
 * JavaScript names a function after the variable that it is assigned to, but not after a property.
 * `({ f: () => 1 }).f` has the name.
 */
export function named(name: string, value: TS.Expression, factory: TS.NodeFactory): TS.Expression {
  if (!isAnonymousDefinition(value)) return value;
  const object = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name, value)]);
  return factory.createPropertyAccessExpression(factory.createParenthesizedExpression(object), name);
}

/** What the standard calls an anonymous function definition. */
export function isAnonymousDefinition(value: TS.Expression): boolean {
  if (ts.isParenthesizedExpression(value)) return isAnonymousDefinition(value.expression);
  if (ts.isArrowFunction(value)) return true;
  return (ts.isFunctionExpression(value) || ts.isClassExpression(value)) && value.name === undefined;
}
