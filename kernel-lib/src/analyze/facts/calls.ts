import type TS from "typescript";
import type { CallFacts } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import { meaningOf, type FactContext } from "./fact-context.js";
import { callbackFlows, takesCallback } from "./parameter-flows.js";
import type { Roots } from "./roots.js";

/** The call itself, if a named function is called, and one for each named function that it is handed as a callback. */
export function callFacts(node: TS.CallExpression | TS.NewExpression, context: FactContext, objects: Roots): CallFacts[] {
  const given = node.arguments ?? [];
  const found: CallFacts[] = [];
  const callee = functionName(node.expression, context);
  if (callee !== null) found.push(...variants(callee, given.map((argument) => objectsOf(argument, objects))));
  if (!ts.isCallExpression(node)) return found;
  given.forEach((argument, position) => {
    const callback = functionName(argument, context);
    if (callback === null || !isCallable(argument, node, context)) return;
    // Nobody knows how many parameters it has; three is what callbacks of arrays get.
    const args = [0, 1, 2].map((index) => new Set(callbackFlows(node, position, index).flatMap(({ from, as }) => [...(as === "same" ? objects.identity(from) : objects.reach(from))])));
    found.push(...variants(callback, args).filter((call) => call.args.some((arg) => arg !== null)));
  });
  return found;
}

function functionName(node: TS.Expression, context: FactContext): string | null {
  if (!ts.isIdentifier(node)) return null;
  const meaning = meaningOf(node, context);
  return meaning?.kind === "name" ? meaning.name : null;
}

/** A function of this cell, what the types say is one, or without types what stands where an array's methods want one. */
function isCallable(node: TS.Expression, call: TS.CallExpression, context: FactContext): boolean {
  if (ts.isIdentifier(node) && context.functions.some((found) => found.name === node.text)) return true;
  if (!context.types.known) return call.arguments[0] === node && ts.isPropertyAccessExpression(call.expression) && takesCallback(call.expression.name.text);
  return (context.types.typeOf(node)?.getCallSignatures().length ?? 0) > 0;
}

function objectsOf(argument: TS.Expression, objects: Roots): Set<string> {
  return ts.isSpreadElement(argument) ? objects.reach(argument.expression) : objects.identity(argument);
}

/** One call with the first name of each argument, and one more for each further name. */
function variants(callee: string, args: readonly Set<string>[]): CallFacts[] {
  const lists = args.map((names) => [...names].filter((name) => name !== "this"));
  const first: CallFacts = { callee, args: lists.map((names) => names[0] ?? null) };
  const more = lists.flatMap((names, index) => names.slice(1).map((name): CallFacts => ({ callee, args: lists.map((_, at) => (at === index ? name : null)) })));
  return [first, ...more];
}
