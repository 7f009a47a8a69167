import type TS from "typescript";
import type { DeclarationFacts } from "../../notebook/cell-facts.js";
import { isCellPath } from "../cell-path.js";
import { ts } from "../typescript.js";

/** What types tell. At `bind` speed nothing is known, and all answers are the careful ones. */
export interface TypeKnowledge {
  readonly known: boolean;
  /** True if nothing can be changed through the expression's value: it is primitive, an arquero table, a tensor. */
  isImmutable(node: TS.Node): boolean;
  isCallable(node: TS.Node): boolean;
  /** True for arrays, maps, sets and plain objects that hold only what has no identity. */
  holdsPrimitives(node: TS.Node): boolean;
  shape(type: TS.Type): DeclarationFacts["shape"];
  typeOf(node: TS.Node): TS.Type | null;
}

export const nothingKnown: TypeKnowledge = {
  known: false,
  isImmutable: () => false,
  isCallable: () => false,
  holdsPrimitives: () => false,
  shape: () => "unknown",
  typeOf: () => null,
};

export function createTypeKnowledge(checker: TS.TypeChecker): TypeKnowledge {
  const typeOf = (node: TS.Node): TS.Type => checker.getTypeAtLocation(node);
  const isFixed = (type: TS.Type): boolean => {
    const shape = shapeOf(type, checker);
    return shape === "primitive" || shape === "immutable";
  };
  return {
    known: true,
    isImmutable: (node) => isFixed(typeOf(node)),
    isCallable: (node) => typeOf(node).getCallSignatures().length > 0,
    holdsPrimitives: (node) => holds(typeOf(node), checker, isFixed),
    shape: (type) => shapeOf(type, checker),
    typeOf,
  };
}

/** Arquero's, Arrow's and TensorFlow.js's values that never change. */
const immutable = new Map<string, RegExp>([
  ["ColumnTable", /arquero/],
  ["Table", /arquero|flechette/],
  ["Column", /flechette/],
  ["Tensor", /tensorflow/],
  ...["Scalar", ...[1, 2, 3, 4, 5, 6].map((rank) => `Tensor${rank}D`)].map((name): [string, RegExp] => [
    name,
    /tensorflow/,
  ]),
]);

/** Values that live in this process only. */
const unstorable = new Set([
  "Promise",
  "PromiseLike",
  "Iterator",
  "IterableIterator",
  "Generator",
  "AsyncGenerator",
  "AsyncIterator",
  "AsyncIterableIterator",
  "ArrayIterator",
  "MapIterator",
  "SetIterator",
  "StringIterator",
  "RegExpStringIterator",
  "IteratorObject",
  "AsyncIteratorObject",
  "WeakMap",
  "WeakSet",
  "WeakRef",
  "FinalizationRegistry",
  "Socket",
  "Server",
  "Stream",
  "internal",
  "Readable",
  "Writable",
  "Duplex",
  "Transform",
  "ReadStream",
  "WriteStream",
  "ReadableStream",
  "WritableStream",
  "TransformStream",
  "Worker",
  "ChildProcess",
  "Timeout",
  "Timer",
  "Immediate",
  "FileHandle",
  "Interface",
  "AbortController",
  "AbortSignal",
  "MessagePort",
  "MessageChannel",
  "BroadcastChannel",
  "WebSocket",
  "Response",
  "Request",
  "IncomingMessage",
  "ServerResponse",
  "ClientRequest",
  "Dir",
  "FSWatcher",
  "SharedArrayBuffer",
]);

function shapeOf(type: TS.Type, checker: TS.TypeChecker): DeclarationFacts["shape"] {
  if (type.isUnion()) return shapeOfUnion(type, checker);
  const flags = type.flags;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return "unknown";
  if (flags & ts.TypeFlags.ESSymbolLike) return "unstorable";
  if (flags & primitiveFlags()) return "primitive";
  if (flags & ts.TypeFlags.TypeParameter) return "unknown";
  // `number & { brand }`: still a number.
  if (type.isIntersection() && type.types.some((part) => shapeOf(part, checker) === "primitive")) return "primitive";
  for (const symbol of symbolsOf(type, checker)) {
    if (immutable.get(symbol.name)?.test(fileOf(symbol)) === true) return "immutable";
    if (unstorable.has(symbol.name) && !isOfCell(symbol)) return "unstorable";
  }
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0 ? "callable" : "object";
}

function primitiveFlags(): TS.TypeFlags {
  return (
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Null |
    ts.TypeFlags.Void |
    ts.TypeFlags.Never
  );
}

/** The least manageable part decides: a union with a promise in it cannot be stored. */
function shapeOfUnion(type: TS.UnionType, checker: TS.TypeChecker): DeclarationFacts["shape"] {
  const shapes = new Set(type.types.map((part) => shapeOf(part, checker)));
  for (const shape of ["unstorable", "unknown", "callable", "object", "immutable"] as const)
    if (shapes.has(shape)) return shape;
  return "primitive";
}

/** The type's own symbol and those of its bases. */
function symbolsOf(type: TS.Type, checker: TS.TypeChecker, depth = 0): TS.Symbol[] {
  const symbol = type.getSymbol();
  const own = symbol === undefined ? [] : [symbol];
  // Twelve is deeper than any hierarchy of Node's or TensorFlow's.
  if (depth > 12 || !type.isClassOrInterface()) {
    const target = (type as TS.TypeReference).target;
    return target !== undefined && target !== type && depth <= 12
      ? [...own, ...symbolsOf(target, checker, depth + 1)]
      : own;
  }
  return [...own, ...checker.getBaseTypes(type).flatMap((base) => symbolsOf(base, checker, depth + 1))];
}

function fileOf(symbol: TS.Symbol): string {
  return symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
}

/** A person's own class may be called `Server` or `Timer`. */
function isOfCell(symbol: TS.Symbol): boolean {
  return isCellPath(fileOf(symbol));
}

/** What an array, map, set or plain object holds, down to a few levels; whatever else it is may hold anything. */
function holds(type: TS.Type, checker: TS.TypeChecker, isFixed: (type: TS.Type) => boolean, depth = 0): boolean {
  if (isFixed(type)) return true;
  if (depth > 3) return false;
  if (type.isUnion()) return type.types.every((part) => holds(part, checker, isFixed, depth + 1));
  const name = type.getSymbol()?.name ?? "";
  if (/^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$|^Buffer$|^Date$|^RegExp$/.test(name)) return true;
  if (checker.isArrayType(type) || checker.isTupleType(type) || name === "Map" || name === "Set") {
    return checker.getTypeArguments(type as TS.TypeReference).every((argument) => isFixed(argument));
  }
  if (name !== "__object" && name !== "__type") return false;
  return (
    checker.getPropertiesOfType(type).every((property) => isFixed(checker.getTypeOfSymbol(property))) &&
    checker.getIndexInfosOfType(type).every((info) => isFixed(info.type))
  );
}
