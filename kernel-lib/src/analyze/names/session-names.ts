import type TS from "typescript";
import type { SessionScope } from "../cell-compiler.js";
import { ts } from "../typescript.js";
import { symbolOf } from "./references.js";
import { type TopLevelName, topLevelNames } from "./top-level-names.js";

/** Tells which identifiers of a virtual file mean names of the session: those of the cell's top level and of earlier cells. */
export interface SessionNames {
  /** The cell's own, in order. */
  readonly own: readonly TopLevelName[];
  /** The session name that the reference means, or null if it is local, a global or unknown. */
  of(id: TS.Identifier): string | null;
  /** True if a function, block or parameter of the cell declares it. */
  isLocal(id: TS.Identifier): boolean;
  /** The session name that a declaring node (variable declaration, binding element…) declares, or null. */
  declaredBy(node: TS.Node): string | null;
}

export function sessionNames(
  file: TS.SourceFile,
  statementCount: number,
  checker: TS.TypeChecker,
  scope: SessionScope,
): SessionNames {
  const own = topLevelNames(file.statements.slice(0, statementCount));
  const names = new Map<TS.Node, string>();
  const real = new Set<string>();
  for (const found of own) {
    names.set(found.node, found.name);
    if (!found.ambient) real.add(found.name);
  }
  // Statements of ours begin where the cell's end.
  const end = file.statements[statementCount]?.pos ?? file.end;

  return {
    own,
    of(id) {
      const symbol = symbolOf(id, checker);
      if (symbol === undefined) return scope.names.has(id.text) ? id.text : null;
      for (const node of symbol.declarations ?? []) {
        const name = names.get(node);
        if (name !== undefined) return real.has(name) || scope.names.has(name) ? name : null;
        if (node.getSourceFile() === file && node.pos >= end) return isGlobal(node) ? null : id.text;
      }
      return null;
    },
    isLocal: (id) =>
      symbolOf(id, checker)?.declarations?.some(
        (node) => node.getSourceFile() === file && !names.has(node) && node.pos < end,
      ) ?? false,
    declaredBy: (node) => names.get(node) ?? null,
  };
}

/** True for `x` of `declare global { var x: number }`, which is no name of the session. */
function isGlobal(node: TS.Node): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  return (ts.isModuleDeclaration(parent) && (parent.flags & ts.NodeFlags.GlobalAugmentation) !== 0) || isGlobal(parent);
}
