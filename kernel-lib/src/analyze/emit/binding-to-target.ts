import type TS from "typescript";
import { ts } from "../typescript.js";
import { named, type SessionCode } from "./session-code.js";

type Visit = (node: TS.Expression) => TS.Expression;

/** Turns what a declaration binds into what an assignment assigns: `{ a, b: [c = 1] }` into `{ a: tl$a.v, b: [tl$c.v = 1] }`. */
export function bindingToTarget(
  name: TS.BindingName,
  code: SessionCode,
  visit: Visit,
  factory: TS.NodeFactory,
): TS.Expression {
  if (ts.isIdentifier(name)) return code.access(name.text, name);
  const literal = ts.isObjectBindingPattern(name)
    ? factory.createObjectLiteralExpression(name.elements.map((element) => property(element, code, visit, factory)))
    : factory.createArrayLiteralExpression(name.elements.map((element) => item(element, code, visit, factory)));
  return ts.setTextRange(literal, name);
}

function property(
  element: TS.BindingElement,
  code: SessionCode,
  visit: Visit,
  factory: TS.NodeFactory,
): TS.ObjectLiteralElementLike {
  if (element.dotDotDotToken !== undefined)
    return factory.createSpreadAssignment(bindingToTarget(element.name, code, visit, factory));
  const key =
    element.propertyName ?? (ts.isIdentifier(element.name) ? factory.createIdentifier(element.name.text) : undefined);
  if (key === undefined) throw new Error("Cannot compile a binding without a name: the parser lets none through.");
  const visited = ts.isComputedPropertyName(key) ? factory.updateComputedPropertyName(key, visit(key.expression)) : key;
  return factory.createPropertyAssignment(visited, withDefault(element, code, visit, factory));
}

function item(
  element: TS.ArrayBindingElement,
  code: SessionCode,
  visit: Visit,
  factory: TS.NodeFactory,
): TS.Expression {
  if (ts.isOmittedExpression(element)) return element;
  if (element.dotDotDotToken !== undefined)
    return factory.createSpreadElement(bindingToTarget(element.name, code, visit, factory));
  return withDefault(element, code, visit, factory);
}

function withDefault(
  element: TS.BindingElement,
  code: SessionCode,
  visit: Visit,
  factory: TS.NodeFactory,
): TS.Expression {
  const target = bindingToTarget(element.name, code, visit, factory);
  if (element.initializer === undefined) return target;
  const value = visit(element.initializer);
  return factory.createAssignment(
    target,
    ts.isIdentifier(element.name) ? named(element.name.text, value, factory) : value,
  );
}
