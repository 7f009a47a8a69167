import type { ScopeName, SessionScope } from "../cell-compiler.js";
import { isGlobalDeclaration } from "./global-declarations.js";

export const emptyScope: SessionScope = { names: new Map() };

/** Declaration texts of those names, and of what they mention, each once. */
export function neededDeclarations(scope: SessionScope, names: Iterable<string>): string[] {
  return neededNames(scope, names).map((found) => found.declaration);
}

/** The names that are in scope, what is declared for all cells, and what they mention, transitively. */
export function neededNames(scope: SessionScope, names: Iterable<string>): ScopeName[] {
  const needed = new Map<string, ScopeName>();
  const open = [...names, ...[...scope.names.values()].filter(isGlobalDeclaration).map((found) => found.name)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const found = scope.names.get(name);
    if (found === undefined || needed.has(name)) continue;
    needed.set(name, found);
    open.push(...found.mentions);
  }
  return [...needed.values()];
}
