import type TS from "typescript";
import { symbolOf } from "../names/references.js";
import { ts } from "../typescript.js";
import { accessOf } from "./access.js";
import type { FactContext } from "./fact-context.js";
import { isBufferMutating, isMutatingMethod, mutatesAllArguments, mutatesFirstArgument } from "./mutators.js";

/** Expressions whose objects this one node changes in place (not those of its children). */
export function mutatedBy(node: TS.Node, context: FactContext): TS.Expression[] {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return accessOf(node) === "read" ? [] : changeable([node.expression], context);
  }
  if (ts.isDeleteExpression(node)) {
    const target = node.expression;
    return ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target) ? [target.expression] : [];
  }
  return ts.isCallExpression(node) ? changeable(calledOn(node, context), context) : [];
}

function changeable(nodes: readonly TS.Expression[], context: FactContext): TS.Expression[] {
  return nodes.filter((node) => !context.types.isImmutable(node));
}

function calledOn(node: TS.CallExpression, context: FactContext): TS.Expression[] {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const method = callee.name.text;
  const receiver = callee.expression;
  const first = node.arguments.slice(0, 1);
  if (
    (method === "call" || method === "apply") &&
    ts.isPropertyAccessExpression(receiver) &&
    isMutatingMethod(receiver.name.text)
  )
    return [...first];
  if (mutatesFirstArgument(lastName(receiver), method)) return [...first];
  if (mutatesAllArguments(lastName(receiver), method)) return [...node.arguments];
  // `tf.dispose(x)` and `aq.op…` are functions of modules, not methods of values.
  if (isModule(receiver, context)) return [];
  const own = mutatesReceiver(callee, context);
  if (own !== null) return own ? [receiver] : [];
  if (isBufferMutating(method)) return context.types.typeOf(receiver)?.getSymbol()?.name === "Buffer" ? [receiver] : [];
  return isMutatingMethod(method) ? [receiver] : [];
}

/** `util` of `tf.util`. */
function lastName(node: TS.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : "";
}

function isModule(node: TS.Expression, context: FactContext): boolean {
  if (!ts.isIdentifier(node)) return false;
  const symbol = symbolOf(node, context.checker);
  const declaration = symbol?.declarations?.[0];
  return declaration !== undefined && ts.isNamespaceImport(declaration);
}

/** True or false for a method of a class that a cell declared, null for any other. */
function mutatesReceiver(callee: TS.PropertyAccessExpression, context: FactContext): boolean | null {
  const name = callee.name.text;
  const symbol = context.checker.getSymbolAtLocation(callee.name);
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined || !ts.isClassElement(declaration))
    return context.ownMethods.byName.has(name) && declaration === undefined ? true : null;
  if (declaration.getSourceFile() !== context.file) return null;
  const parent = declaration.parent;
  const className = ts.isClassLike(parent) ? parent.name?.text : undefined;
  return className === undefined ? null : context.ownMethods.qualified.has(`${className}.${name}`);
}
