import type TS from "typescript";
import type { CallFacts } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import { type FactContext, meaningOf } from "./fact-context.js";
import type { Flow } from "./flows.js";
import type { ParamRoot } from "./param-roots.js";
import { callbackFlows, takesCallback } from "./parameter-flows.js";
import type { Roots } from "./roots.js";

/** Roots of one argument, by how deep inside it their objects lie (see Depth). */
export type ArgumentRoots = readonly [
  itself: ReadonlySet<string>,
  held: ReadonlySet<string>,
  anywhere: ReadonlySet<string>,
];

/** A call of a named function, with all that its arguments may be. */
export interface CallUse {
  readonly callee: string;
  readonly args: readonly ArgumentRoots[];
}

/** The call itself, if a named function is called, and one for each named function that it is handed as a callback. */
export function callUses(node: TS.CallExpression | TS.NewExpression, context: FactContext, objects: Roots): CallUse[] {
  const given = node.arguments ?? [];
  const found: CallUse[] = [];
  const callee = functionName(node.expression, context);
  if (callee !== null) {
    const flows = given.map((argument): Flow[] =>
      ts.isSpreadElement(argument) ? [{ from: argument.expression, as: "part" }] : [{ from: argument, as: "same" }],
    );
    found.push({ callee, args: flows.map((flow) => argumentRoots(flow, objects)) });
  }
  if (!ts.isCallExpression(node)) return found;
  given.forEach((argument, position) => {
    const callback = functionName(argument, context);
    if (callback === null || !isCallable(argument, node, context)) return;
    // Nobody knows how many parameters it has; three is what callbacks of arrays get.
    found.push({
      callee: callback,
      args: [0, 1, 2].map((index) => argumentRoots(callbackFlows(node, position, index), objects)),
    });
  });
  return found;
}

function argumentRoots(flows: readonly Flow[], objects: Roots): ArgumentRoots {
  const union = (look: (flow: Flow) => Set<string>): Set<string> => new Set(flows.flatMap((flow) => [...look(flow)]));
  return [
    union(({ from, as }) => (as === "same" ? objects.identity(from) : objects.elements(from))),
    union(({ from, as }) => (as === "same" ? objects.elements(from) : objects.reach(from))),
    union(({ from }) => objects.reach(from)),
  ];
}

/** What a call changes, given which of its parameters the function changes, and how deep inside. */
export function changedBy(call: CallUse, params: readonly ParamRoot[]): string[] {
  return params.flatMap(({ index, depth }) => [...(call.args[index]?.[depth] ?? [])]);
}

/**
 * The calls as plain facts: one with the first name of each argument, and one more for each further name; calls without a
 * name say nothing. Of functions that nothing is known of (a later cell's), what an argument holds counts as the argument.
 */
export function callFacts(calls: readonly CallUse[], isKnown: (callee: string) => boolean): CallFacts[] {
  return calls.flatMap(({ callee, args }) => {
    const depth = isKnown(callee) ? 0 : 2;
    const lists = args.map((roots) => [
      ...new Set(
        [...roots[0], ...roots[depth]].filter((root) => root !== "this").map((root) => root.replaceAll("*", "")),
      ),
    ]);
    const first: CallFacts = { callee, args: lists.map((names) => names[0] ?? null) };
    const more = lists.flatMap((names, index) =>
      names.slice(1).map((name): CallFacts => ({ callee, args: lists.map((_, at) => (at === index ? name : null)) })),
    );
    return [first, ...more].filter((call) => call.args.some((name) => name !== null));
  });
}

function functionName(node: TS.Expression, context: FactContext): string | null {
  if (!ts.isIdentifier(node)) return null;
  const meaning = meaningOf(node, context);
  return meaning?.kind === "name" ? meaning.name : null;
}

/** What is known to be a function, or without types what stands where an array's methods want one. */
function isCallable(node: TS.Expression, call: TS.CallExpression, context: FactContext): boolean {
  if (context.types.known) return context.types.isCallable(node);
  if (ts.isIdentifier(node) && context.functions.some((found) => found.name === node.text)) return true;
  return (
    call.arguments[0] === node &&
    ts.isPropertyAccessExpression(call.expression) &&
    takesCallback(call.expression.name.text)
  );
}
