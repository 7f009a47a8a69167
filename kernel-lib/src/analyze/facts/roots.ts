import type TS from "typescript";
import { isReference, symbolOf } from "../names/references.js";
import { ts } from "../typescript.js";
import { enclosingParameter, isFlat, isPaired, returnedExpressions, transparent, union } from "./expression-parts.js";
import { type FactContext, meaningOf, type Returns } from "./fact-context.js";
import type { Flow, Flows } from "./flows.js";
import { isCloningGlobal, type ResultKind, resultOfGlobal, resultOfMethod } from "./mutators.js";
import { type Depth, paramRoot, readParamRoot } from "./param-roots.js";
import { parameterFlows, takesCallback } from "./parameter-flows.js";
import { sharedMemory } from "./shared-memory.js";

/** Where a value may come from: names, parameters of top-level functions (see `paramRoot`), `this` for a class's instance. */
export interface Roots {
  /** Names through which the very object that the expression gives may be reached. A fresh object has none. */
  identity(node: TS.Expression): Set<string>;
  /** Names through which the objects one level inside it may be reached: the rows of a list of rows, copied or not. */
  elements(node: TS.Expression): Set<string>;
  /** Names through which anything inside it may be reached, itself included. */
  reach(node: TS.Expression): Set<string>;
  /** Null for what is no function, or one that cannot be followed. */
  returns(fn: TS.Node): Returns | null;
}

export function createRoots(context: FactContext, flows: Flows): Roots {
  const { checker, types } = context;
  const topLevel = new Map<TS.Node, TS.Node>(context.functions.map((found) => [found.node, found.node]));
  /** Variables being followed: `a = b; b = a` must end. */
  const following = new Set<TS.Symbol>();

  /** Nothing can be changed through it. Of what has no type, `length` and `size` are numbers all the same. */
  function isFixed(node: TS.Expression): boolean {
    const isCount = ts.isPropertyAccessExpression(node) && ["length", "size", "byteLength"].includes(node.name.text);
    return isCount || types.isImmutable(node);
  }

  function identity(node: TS.Expression): Set<string> {
    if (isFixed(node)) return new Set();
    const memory = sharedMemory(node, types);
    if (memory !== null) return reach(memory);
    const inner = transparent(node);
    if (inner !== null) return union(inner.map(identity));
    if (ts.isIdentifier(node)) return variable(node, "identity");
    if (node.kind === ts.SyntaxKind.ThisKeyword) return thisRoots(node);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return elements(node.expression);
    if (ts.isCallExpression(node)) return callRoots(node, "identity");
    if (ts.isTaggedTemplateExpression(node)) return templateRoots(node);
    return new Set();
  }

  function elements(node: TS.Expression): Set<string> {
    if (isFixed(node)) return new Set();
    const inner = transparent(node);
    if (inner !== null) return union(inner.map(elements));
    if (ts.isIdentifier(node)) return variable(node, "elements");
    if (ts.isCallExpression(node)) return callRoots(node, "elements");
    if (ts.isArrayLiteralExpression(node))
      return union(
        node.elements.map((item) => (ts.isSpreadElement(item) ? elements(item.expression) : identity(item))),
      );
    if (!ts.isObjectLiteralExpression(node)) return reach(node);
    return union(
      node.properties.map((property) => {
        if (ts.isSpreadAssignment(property)) return elements(property.expression);
        return ts.isPropertyAssignment(property)
          ? identity(property.initializer)
          : shorthandOrMethod(property, "identity");
      }),
    );
  }

  function reach(node: TS.Expression): Set<string> {
    // The type of a spread is that of one element.
    if (ts.isSpreadElement(node)) return reach(node.expression);
    if (isFixed(node)) return new Set();
    if (types.holdsPrimitives(node)) return identity(node);
    const inner = transparent(node);
    if (inner !== null) return union(inner.map(reach));
    if (ts.isIdentifier(node)) return variable(node, "reach");
    if (node.kind === ts.SyntaxKind.ThisKeyword) return thisRoots(node);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return reach(node.expression);
    if (ts.isCallExpression(node)) return callRoots(node, "reach");
    if (ts.isNewExpression(node)) return union((node.arguments ?? []).map(reach));
    if (ts.isArrayLiteralExpression(node)) return union(node.elements.map(reach));
    if (ts.isObjectLiteralExpression(node)) return union(node.properties.map(property));
    if (ts.isTaggedTemplateExpression(node) || ts.isTemplateExpression(node)) return templateRoots(node);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node)) return captured(node);
    return new Set();
  }

  function property(node: TS.ObjectLiteralElementLike): Set<string> {
    if (ts.isPropertyAssignment(node)) return reach(node.initializer);
    return ts.isSpreadAssignment(node) ? reach(node.expression) : shorthandOrMethod(node, "reach");
  }

  function shorthandOrMethod(node: TS.ObjectLiteralElementLike, want: Want): Set<string> {
    if (!ts.isShorthandPropertyAssignment(node)) return captured(node);
    return types.isImmutable(node.name) ? new Set() : variable(node.name, want);
  }

  function templateRoots(node: TS.TaggedTemplateExpression | TS.TemplateExpression): Set<string> {
    if (ts.isTemplateExpression(node)) return new Set();
    return ts.isTemplateExpression(node.template)
      ? union(node.template.templateSpans.map((span) => reach(span.expression)))
      : new Set();
  }

  /** A closure reaches what it mentions. */
  function captured(root: TS.Node): Set<string> {
    const found = new Set<string>();
    const visit = (node: TS.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isIdentifier(node) && isReference(node)) {
        const meaning = meaningOf(node, context);
        if (meaning?.kind === "name" && !types.isImmutable(node)) found.add(meaning.name);
      }
      ts.forEachChild(node, visit);
    };
    visit(root);
    return found;
  }

  function variable(id: TS.Identifier, want: Want): Set<string> {
    const meaning = meaningOf(id, context);
    if (meaning?.kind === "global") return new Set();
    const own = new Set(meaning === null ? [] : [meaning.name]);
    const symbol = symbolOf(id, checker);
    if (symbol === undefined || following.has(symbol)) return own;
    following.add(symbol);
    const sources = [
      ...flows.into(symbol).map((flow) => flowRoots(flow, want)),
      ...(symbol.declarations ?? []).map((node) => parameterRoots(node, want)),
    ];
    following.delete(symbol);
    return union([own, ...sources]);
  }

  function flowRoots(flow: Flow, want: Want): Set<string> {
    if (want === "reach") return reach(flow.from);
    // Of a part its own parts are two levels down, where copies share again.
    if (want === "elements") return flow.as === "same" ? elements(flow.from) : reach(flow.from);
    if (flow.as === "holds") return new Set();
    return flow.as === "same" ? identity(flow.from) : elements(flow.from);
  }

  /** Nothing unless the declaration is a parameter, or part of one. */
  function parameterRoots(node: TS.Node, want: Want): Set<string> {
    const parameter = enclosingParameter(node);
    if (parameter === null) return new Set();
    const fn = parameter.parent;
    const index = fn.parameters.indexOf(parameter);
    if (topLevel.has(fn) || (ts.isConstructorDeclaration(fn) && topLevel.has(fn.parent)))
      return new Set(depths(patternDepth(node), want).map((depth) => paramRoot({ index, depth })));
    const isPart = parameter !== node;
    return union(
      parameterFlows(fn, index, checker, flows).map((flow) =>
        flowRoots(isPart && flow.as === "same" ? { ...flow, as: "part" } : flow, want),
      ),
    );
  }

  function thisRoots(node: TS.Node): Set<string> {
    for (let at = node.parent; at !== undefined; at = at.parent) {
      if (ts.isClassLike(at)) return topLevel.has(at) ? new Set(["this"]) : new Set();
      if (ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at) || ts.isObjectLiteralExpression(at))
        return new Set();
    }
    return new Set();
  }

  function callRoots(node: TS.CallExpression, want: Want): Set<string> {
    const callee = node.expression;
    const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression : null;
    const method = ts.isPropertyAccessExpression(callee) ? callee.name.text : null;
    const global =
      receiver !== null && ts.isIdentifier(receiver) && meaningOf(receiver, context)?.kind === "global"
        ? receiver.text
        : null;
    if (global !== null && method !== null)
      return shared(resultOfGlobal(global, method), node, node.arguments[0] ?? null, want);
    if (receiver !== null && method !== null) return shared(resultOfMethod(method), node, receiver, want);
    if (ts.isIdentifier(callee) && meaningOf(callee, context)?.kind === "global" && isCloningGlobal(callee.text))
      return new Set();
    return (ts.isIdentifier(callee) ? resultRoots(callee, node, want) : null) ?? argumentRoots(node);
  }

  /** What a function gives whose body is in sight: in this cell, or as an earlier cell's analysis remembered it. */
  function resultRoots(callee: TS.Identifier, node: TS.CallExpression, want: Want): Set<string> | null {
    const level = wants.indexOf(want);
    const symbol = symbolOf(callee, checker);
    const body = symbol?.declarations?.map(functionOf).find((found) => found !== null) ?? null;
    if (symbol === undefined || body === null) {
      const remembered = context.returnsOf(callee.text)?.[level];
      return remembered === undefined ? null : union(remembered.map((root) => given(root, node)));
    }
    // What flows into a variable later may be another function.
    if (following.has(symbol) || flows.into(symbol).length > 1) return null;
    following.add(symbol);
    const returned = returns(body)?.[level];
    following.delete(symbol);
    if (returned === undefined) return null;
    // An inner function's parameters are followed to where it is called; what is left are those of the function around it.
    return topLevel.has(body) ? union(returned.map((root) => given(root, node))) : new Set(returned);
  }

  function returns(fn: TS.Node): Returns | null {
    const returned = returnedExpressions(fn);
    if (returned === null) return null;
    return [[...union(returned.map(identity))], [...union(returned.map(elements))], [...union(returned.map(reach))]];
  }

  /** A parameter in what a function returns is the argument of the call. */
  function given(root: string, node: TS.CallExpression): Set<string> {
    const param = readParamRoot(root);
    if (param === null) return new Set([root]);
    const argument = node.arguments[param.index];
    if (argument === undefined || node.arguments.some(ts.isSpreadElement)) return argumentRoots(node);
    return [identity, elements, reach][param.depth]?.(argument) ?? new Set();
  }

  function shared(kind: ResultKind, node: TS.CallExpression, subject: TS.Expression | null, want: Want): Set<string> {
    if (kind === "nothing") return new Set();
    const isFresh = kind === "contents" || kind === "callback";
    if (want === "identity" && isFresh) return new Set();
    if (want === "identity" && kind === "itself") return subject === null ? new Set() : identity(subject);
    if (kind === "callback") {
      const returned = returnedExpressions(
        node.arguments.find((argument) => ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)),
      );
      if (returned !== null) return union(returned.map(want === "elements" && !isFlat(node) ? identity : reach));
    }
    const look = want === "elements" && kind !== "anything" && !isPaired(node) ? elements : reach;
    const own = subject === null || isModule(subject) ? new Set<string>() : look(subject);
    return union([own, ...plainArguments(node, isFunction).map(look)]);
  }

  /** A callback handed over is called, rarely kept: what it captures is not counted. */
  function argumentRoots(node: TS.CallExpression): Set<string> {
    return union(plainArguments(node, isFunction).map(reach));
  }

  function isFunction(node: TS.Expression): boolean {
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || types.isCallable(node)) return true;
    return (
      ts.isIdentifier(node) &&
      context.functions.some((found) => found.name === node.text && !ts.isClassLike(found.node))
    );
  }

  /** `aq.table(…)`: what a module's function makes does not share the module. */
  function isModule(node: TS.Expression): boolean {
    if (!ts.isIdentifier(node)) return ts.isPropertyAccessExpression(node) && isModule(node.expression);
    const symbol = symbolOf(node, checker);
    return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  }

  return { identity, elements, reach, returns };
}

const wants = ["identity", "elements", "reach"] as const;
type Want = (typeof wants)[number];

/** The function that a declaration gives its name to, if it has a body in this file. */
function functionOf(declaration: TS.Node): TS.Node | null {
  if (ts.isFunctionDeclaration(declaration)) return declaration.body === undefined ? null : declaration;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  return ts.isArrowFunction(declaration.initializer) || ts.isFunctionExpression(declaration.initializer)
    ? declaration.initializer
    : null;
}

function plainArguments(
  node: TS.CallExpression,
  isFunction: (node: TS.Expression) => boolean,
): readonly TS.Expression[] {
  const callee = node.expression;
  const isIteration = ts.isPropertyAccessExpression(callee) && takesCallback(callee.name.text);
  return node.arguments.slice(isIteration ? 1 : 0).filter((argument) => !isFunction(argument));
}

/** Depths of what is wanted of something that lies `at` inside a parameter. */
function depths(at: number, want: Want): Depth[] {
  const least = at + (want === "elements" ? 1 : 0);
  const deep = ([0, 1, 2] as const).filter((depth) => depth >= Math.min(least, 2));
  return want === "reach" ? deep : deep.slice(0, 1);
}

/** 0 for a parameter, 1 for `a` in `({ a })`, 2 for `b` in `({ a: [b] })`. */
function patternDepth(node: TS.Node): number {
  return ts.isBindingElement(node) ? 1 + patternDepth(node.parent.parent) : 0;
}
