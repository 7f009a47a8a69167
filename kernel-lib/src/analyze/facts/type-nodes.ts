import type TS from "typescript";
import { ts } from "../typescript.js";

/** What a written type says beneath its parentheses, and the names that stand for other types. */
export function aliasTarget(node: TS.TypeNode, checker: TS.TypeChecker): TS.TypeNode {
  let at = node;
  // A circle of aliases is an error that TypeScript tells of; here it only has to end.
  for (let steps = 0; steps < 50; steps++) {
    if (ts.isParenthesizedTypeNode(at)) at = at.type;
    else if (ts.isTypeOperatorNode(at) && at.operator === ts.SyntaxKind.ReadonlyKeyword) at = at.type;
    else {
      const target = aliased(at, checker);
      if (target === null) return at;
      at = target;
    }
  }
  return at;
}

/** Of an alias with type arguments, what is written says nothing. */
function aliased(node: TS.TypeNode, checker: TS.TypeChecker): TS.TypeNode | null {
  if (!ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return null;
  const symbol = checker.getSymbolAtLocation(node.typeName);
  const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
  return declaration === undefined || declaration.typeParameters !== undefined ? null : declaration.type;
}

export function isNullable(node: TS.TypeNode, checker: TS.TypeChecker): boolean {
  return parts(node, checker).some(isNull);
}

export function hasUndefined(node: TS.TypeNode, checker: TS.TypeChecker): boolean {
  return parts(node, checker).some(isUndefined);
}

/** What is left of a union without null and undefined: its only member, or the union itself if there are several. */
export function nodeWithoutNulls(node: TS.TypeNode, checker: TS.TypeChecker): TS.TypeNode | undefined {
  const target = aliasTarget(node, checker);
  if (!ts.isUnionTypeNode(target)) return target;
  const rest = target.types.filter((member) => !isEmptyNode(member));
  if (rest.length === target.types.length) return target;
  const [only] = rest;
  if (rest.length === 1 && only !== undefined) return aliasTarget(only, checker);
  return rest.length === 0 ? undefined : target;
}

/** `T` of `T[]`, `Array<T>` and `ReadonlyArray<T>`. */
export function elementNode(node: TS.TypeNode | undefined): TS.TypeNode | undefined {
  if (node === undefined) return undefined;
  if (ts.isArrayTypeNode(node)) return node.elementType;
  return argumentOf(node, ["Array", "ReadonlyArray"], 0);
}

/** `T` of `Promise<T>`, else the node itself. */
export function awaitedNode(node: TS.TypeNode | undefined): TS.TypeNode | undefined {
  return node === undefined ? undefined : (argumentOf(node, ["Promise", "PromiseLike"], 0) ?? node);
}

/** `V` of `Record<K, V>`. */
export function recordNodes(node: TS.TypeNode | undefined): { readonly value: TS.TypeNode } | undefined {
  const value = node === undefined ? undefined : argumentOf(node, ["Record"], 1);
  return value === undefined ? undefined : { value };
}

function argumentOf(node: TS.TypeNode, names: readonly string[], at: number): TS.TypeNode | undefined {
  const isNamed = ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && names.includes(node.typeName.text);
  return isNamed ? node.typeArguments?.[at] : undefined;
}

function parts(node: TS.TypeNode, checker: TS.TypeChecker, depth = 0): TS.TypeNode[] {
  const target = aliasTarget(node, checker);
  if (!ts.isUnionTypeNode(target) || depth > 20) return [target];
  return target.types.flatMap((member) => parts(member, checker, depth + 1));
}

/** `null`, `undefined` or `void`. */
export function isEmptyNode(node: TS.TypeNode): boolean {
  return isNull(node) || isUndefined(node);
}

function isNull(node: TS.TypeNode): boolean {
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

function isUndefined(node: TS.TypeNode): boolean {
  return node.kind === ts.SyntaxKind.UndefinedKeyword || node.kind === ts.SyntaxKind.VoidKeyword;
}
