import type TS from "typescript";
import { symbolOf } from "../names/references.js";
import type { SessionNames } from "../names/session-names.js";
import type { FunctionLike } from "./deferred.js";
import { isGlobalName } from "./globals.js";
import type { OwnMethods } from "./own-methods.js";
import type { TypeKnowledge } from "./type-knowledge.js";

/** Roots of what a function returns: the value itself, what it holds, anything inside (see Depth). */
export type Returns = readonly [itself: readonly string[], held: readonly string[], anywhere: readonly string[]];

/** What all parts of the analysis share. */
export interface FactContext {
  readonly file: TS.SourceFile;
  readonly names: SessionNames;
  readonly checker: TS.TypeChecker;
  readonly types: TypeKnowledge;
  readonly functions: readonly FunctionLike[];
  /** See `deferredNodes`. */
  readonly deferred: ReadonlySet<TS.Node>;
  /** True if some other cell declares the name, so that it is no global though it looks like one. */
  readonly declaredElsewhere: (name: string) => boolean;
  readonly ownMethods: OwnMethods;
  /** What a function of an earlier cell returns, as far as it is known (see Returns). */
  readonly returnsOf: (name: string) => Returns | null;
}

/** What a reference means: a name of the session (this cell's or not), a global, or something local (null). */
export type Meaning = { readonly kind: "name" | "global"; readonly name: string } | null;

/** `inType`: there, a name that the checker does not know has a symbol without a declaration. */
export function meaningOf(id: TS.Identifier, context: FactContext, inType = false): Meaning {
  const session = context.names.of(id);
  if (session !== null) return { kind: "name", name: session };
  const symbol = symbolOf(id, context.checker);
  const isUnknown = symbol === undefined || (inType && symbol.declarations === undefined && id.text !== "globalThis");
  if (!isUnknown && !isOutside(symbol, context)) return null;
  const isGlobal = isGlobalName(id.text) || (!isUnknown && !isPromise(symbol, context));
  return { kind: isGlobal && !context.declaredElsewhere(id.text) ? "global" : "name", name: id.text };
}

/** Declared in no place of this cell's text. `undefined` and `globalThis` have no declaration at all, and are nobody's. */
function isOutside(symbol: TS.Symbol, context: FactContext): boolean {
  const declarations = symbol.declarations ?? [];
  if (declarations.length === 0) return false;
  return declarations.every((node) => node.getSourceFile() !== context.file || isAmbient(node, context));
}

/** `declare let rows: Row[]` in the cell: someone else makes it. */
function isPromise(symbol: TS.Symbol, context: FactContext): boolean {
  return (symbol.declarations ?? []).some((node) => isAmbient(node, context));
}

function isAmbient(node: TS.Node, context: FactContext): boolean {
  return context.names.own.some((found) => found.ambient && found.node === node);
}
