import type TS from "typescript";
import { declaredNames, referencedNames } from "./names/references.js";
import { loadTypeScript, ts } from "./typescript.js";

/** Longer functions are a library's. */
const LONGEST = 20_000;
const KEPT = 5000;
/** Ways to objects that no name of the session leads to. */
const doors = new Set(["globalThis", "global", "self", "eval", "Function", "$tl"]);

const known = new Map<string, boolean>();

/**
 * True if a function or class of a cell knows nothing but its arguments, `this`, names of the session and JavaScript's own globals. `text` is
 * what the engine gives for it, with the compiler's forms. False where that cannot be told.
 */
export function capturesNothing(text: string): boolean {
  const before = known.get(text);
  if (before !== undefined) return before;
  const result = text.length <= LONGEST && isClosed(text);
  if (known.size >= KEPT) known.clear();
  known.set(text, result);
  return result;
}

function isClosed(text: string): boolean {
  loadTypeScript();
  // A method's text is no expression by itself.
  const root = parse(`(${text})`) ?? parse(`({${text}})`) ?? parse(`(class {${text}})`);
  if (root === null || usesOuterThis(root)) return false;
  const declared = declaredNames(root);
  return [...referencedNames(root)].every(
    (name) =>
      declared.has(name) || name.startsWith("tl$") || name === "arguments" || (name in globalThis && !doors.has(name)),
  );
}

/** True if an arrow function, with no other function around it, uses a `this` that was somebody else's. */
function usesOuterThis(node: TS.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword || ts.isMetaProperty(node))
    return true;
  if ((ts.isFunctionLike(node) && !ts.isArrowFunction(node)) || ts.isClassLike(node)) return false;
  return ts.forEachChild(node, usesOuterThis) ?? false;
}

function parse(text: string): TS.SourceFile | null {
  const file = ts.createSourceFile("function.js", text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  // Not in TypeScript's types: the errors of the parser alone.
  const { parseDiagnostics } = file as TS.SourceFile & { readonly parseDiagnostics: readonly unknown[] };
  return parseDiagnostics.length === 0 ? file : null;
}
