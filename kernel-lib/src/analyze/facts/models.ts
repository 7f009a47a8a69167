import type TS from "typescript";
import type { ModelFacts } from "../../notebook/cell-facts.js";
import { ts } from "../typescript.js";
import { type FactContext, meaningOf } from "./fact-context.js";
import { literalValue } from "./literals.js";
import type { Places } from "./places.js";
import type { Roots } from "./roots.js";
import { schemasOfFunction } from "./schemas-of-function.js";
import { isTaglineCall } from "./tagline-calls.js";
import { collectUses } from "./uses.js";

/** `model("name", { predict, … })` calls, in order: what is known of them, and the lines of those that cannot be read. */
export function modelFacts(
  statements: readonly TS.Statement[],
  context: FactContext,
  objects: Roots,
  places: Places,
): { readonly models: readonly ModelFacts[]; readonly unread: readonly number[] } {
  const models: ModelFacts[] = [];
  const unread: number[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && isTaglineCall(node, "model", context)) {
      const model = modelCall(node, context, objects, places);
      if (model !== null) models.push(model);
      else unread.push(places.line(node.getStart()));
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return { models, unread };
}

function modelCall(call: TS.CallExpression, context: FactContext, objects: Roots, places: Places): ModelFacts | null {
  const [first, second] = call.arguments;
  const last = call.arguments.at(-1);
  const name = first === undefined ? null : literalValue(first);
  if (name === null || typeof name.value !== "string" || second === undefined || last === undefined) return null;
  const property = predictProperty(second);
  const predict = property === null ? null : predictOf(property, context, objects, places);
  if (property === null || predict === null) return null;
  const { known } = context.types;
  const schemas = known ? schemasOfFunction(predictNode(property), context.checker) : null;
  return {
    name: name.value,
    line: places.line(call.getStart()),
    lastArgumentEnd: places.range(last.getStart(), last.end).end,
    predict,
    input: schemas?.input ?? null,
    output: schemas?.output ?? null,
    ...(schemas?.takesRows ? { takesRows: true } : {}),
  };
}

type PredictProperty = TS.ShorthandPropertyAssignment | TS.PropertyAssignment | TS.MethodDeclaration;

function predictProperty(options: TS.Expression): PredictProperty | null {
  if (ts.isParenthesizedExpression(options) || ts.isAsExpression(options) || ts.isSatisfiesExpression(options))
    return predictProperty(options.expression);
  if (!ts.isObjectLiteralExpression(options)) return null;
  const found = options.properties.find(
    (property) => property.name !== undefined && ts.isIdentifier(property.name) && property.name.text === "predict",
  );
  const isUsable =
    found !== undefined &&
    (ts.isShorthandPropertyAssignment(found) || ts.isPropertyAssignment(found) || ts.isMethodDeclaration(found));
  return isUsable ? found : null;
}

function predictNode(property: PredictProperty): TS.Node {
  return ts.isPropertyAssignment(property) ? property.initializer : property.name;
}

function predictOf(
  property: PredictProperty,
  context: FactContext,
  objects: Roots,
  places: Places,
): ModelFacts["predict"] | null {
  if (!ts.isMethodDeclaration(property)) {
    const value = ts.isPropertyAssignment(property) ? bare(property.initializer) : property.name;
    if (ts.isIdentifier(value)) {
      const meaning = meaningOf(value, context);
      return meaning?.kind === "name" ? { kind: "name", name: meaning.name } : null;
    }
  }
  const node = ts.isPropertyAssignment(property) ? property.initializer : property;
  if (usesLocals(node, context)) return null;
  // All of it is looked at: the code runs where the model is served.
  const uses = collectUses([node], context, objects, new Set());
  return {
    kind: "inline",
    range: places.range(node.getStart(), node.end),
    free: [...new Set([...uses.reads.keys(), ...uses.assigns.keys()])],
    types: [...uses.types],
    ...(ts.isMethodDeclaration(property) ? { method: true } : {}),
  };
}

function bare(node: TS.Expression): TS.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)
    ? bare(node.expression)
    : node;
}

/** True if the code uses a name of a function or block around the call: that cannot travel. */
function usesLocals(root: TS.Node, context: FactContext): boolean {
  const visit = (node: TS.Node): boolean => {
    if (ts.isIdentifier(node) && !ts.isTypeNode(node.parent)) {
      const declaration = context.checker.getSymbolAtLocation(node)?.valueDeclaration;
      const isHere = declaration?.getSourceFile() === context.file;
      if (isHere && isLocal(declaration) && !within(declaration, root)) return true;
    }
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(root);
}

/** Declared inside a function or a block, as a variable, parameter, function or class. */
function isLocal(declaration: TS.Node): boolean {
  const isBinding =
    ts.isVariableDeclaration(declaration) ||
    ts.isParameter(declaration) ||
    ts.isBindingElement(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isClassDeclaration(declaration);
  if (!isBinding) return false;
  for (let at = declaration.parent; !ts.isSourceFile(at); at = at.parent)
    if (ts.isBlock(at) || ts.isFunctionLike(at) || ts.isForStatement(at) || ts.isForOfStatement(at)) return true;
  return false;
}

function within(node: TS.Node, root: TS.Node): boolean {
  return node.pos >= root.pos && node.end <= root.end;
}
