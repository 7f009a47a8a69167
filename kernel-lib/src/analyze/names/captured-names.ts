import type TS from "typescript";
import type { CapturedNames } from "../cell-compiler.js";
import { ts } from "../typescript.js";
import { assignmentTo } from "./assignment-target.js";
import { isReference } from "./references.js";
import type { SessionNames } from "./session-names.js";

const nothing: CapturedNames = { read: new Set(), written: new Set() };

/** Session names that functions and classes of these statements know, added to those that earlier cells' know. */
export function capturedNames(
  statements: readonly TS.Statement[],
  names: SessionNames,
  before: CapturedNames = nothing,
): CapturedNames {
  const read = new Set<string>();
  const written = new Set<string>();
  const visit = (node: TS.Node, isInside: boolean): void => {
    if (ts.isIdentifier(node)) {
      const name = isInside && isReference(node) ? names.of(node) : null;
      if (name === null) return;
      read.add(name);
      if (assignmentTo(node) !== null) written.add(name);
      return;
    }
    const enters = ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, isInside || enters));
  };
  for (const statement of statements) visit(statement, false);
  const isKnown =
    [...read].every((name) => before.read.has(name)) && [...written].every((name) => before.written.has(name));
  return isKnown
    ? before
    : { read: new Set([...before.read, ...read]), written: new Set([...before.written, ...written]) };
}
