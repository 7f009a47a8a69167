import type TS from "typescript";
import { ts } from "../typescript.js";
import type { Flow, Flows } from "./flows.js";

/** What flows into parameter `index` of a function that is no top-level one: from where it is called, or from who calls it back. */
export function parameterFlows(
  fn: TS.SignatureDeclaration,
  index: number,
  checker: TS.TypeChecker,
  flows: Flows,
): Flow[] {
  const outer = skipParentheses(fn);
  const parent = outer.parent;
  if (ts.isCallExpression(parent)) {
    // `(function (a) { … })(rows)`
    if (parent.expression === outer) return argumentAt(parent, index);
    return callbackFlows(
      parent,
      parent.arguments.findIndex((argument) => innerOf(argument) === fn),
      index,
    );
  }
  const name = functionName(fn);
  const symbol = name === null ? undefined : checker.getSymbolAtLocation(name);
  if (symbol === undefined) return [];
  return flows.usesOf(symbol).flatMap((use) => {
    const call = use.parent;
    if (!ts.isCallExpression(call)) return [];
    return call.expression === use ? argumentAt(call, index) : callbackFlows(call, call.arguments.indexOf(use), index);
  });
}

function argumentAt(call: TS.CallExpression, index: number): Flow[] {
  const argument = call.arguments[index];
  return argument === undefined ? [] : [{ from: argument, as: ts.isSpreadElement(argument) ? "part" : "same" }];
}

/** What a callback at position `at` of a call is given as its parameter `index`. */
export function callbackFlows(call: TS.CallExpression, at: number, index: number): Flow[] {
  const callee = call.expression;
  const others = call.arguments.filter(
    (argument, position) => position !== at && !ts.isFunctionExpression(argument) && !ts.isArrowFunction(argument),
  );
  const parts = others.map((from): Flow => ({ from, as: "part" }));
  if (!ts.isPropertyAccessExpression(callee)) return parts;
  const receiver = callee.expression;
  const method = callee.name.text;
  if (method === "reduce" || method === "reduceRight") return reducerFlows(receiver, call.arguments[1], index);
  // `from` and `of` belong to classes; their data come as arguments.
  if (method === "from") return parts;
  if (iterating.has(method) && index === 2) return [{ from: receiver, as: "same" }];
  if (iterating.has(method)) return [{ from: receiver, as: "part" }];
  return [{ from: receiver, as: "part" }, ...parts];
}

const iterating = new Set(
  "forEach map filter some every find findIndex findLast findLastIndex flatMap sort toSorted each forEachAsync mapAsync then".split(
    " ",
  ),
);

export function takesCallback(method: string): boolean {
  return iterating.has(method) || method === "reduce" || method === "reduceRight";
}

function reducerFlows(receiver: TS.Expression, initial: TS.Expression | undefined, index: number): Flow[] {
  if (index === 3) return [{ from: receiver, as: "same" }];
  if (index === 0 && initial !== undefined) return [{ from: initial, as: "same" }];
  return [{ from: receiver, as: "part" }];
}

function innerOf(node: TS.Node): TS.Node {
  return ts.isParenthesizedExpression(node) ? innerOf(node.expression) : node;
}

function skipParentheses(node: TS.Node): TS.Node {
  return ts.isParenthesizedExpression(node.parent) ? skipParentheses(node.parent) : node;
}

function functionName(fn: TS.SignatureDeclaration): TS.Identifier | null {
  if (fn.name !== undefined && ts.isIdentifier(fn.name) && !ts.isMethodDeclaration(fn)) return fn.name;
  return ts.isVariableDeclaration(fn.parent) && ts.isIdentifier(fn.parent.name) ? fn.parent.name : null;
}
