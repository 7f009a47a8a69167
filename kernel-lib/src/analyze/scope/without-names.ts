import type { ScopeName, SessionScope } from "../cell-compiler.js";
import { rename } from "./rename.js";

/**
 * The scope that a cell sees which declares these names itself. What other names mention of an old meaning lives on under
 * another name (`Row` as `Row$1`), so that `rows: Row[]` keeps its type when a later cell declares another `Row`.
 */
export function withoutNames(scope: SessionScope, declared: ReadonlySet<string>): SessionScope {
  const shadowed = [...declared].filter((name) => scope.names.has(name));
  if (shadowed.length === 0) return scope;
  const names = new Map(scope.names);
  for (const name of shadowed) names.delete(name);
  keepMentioned(shadowed, scope, names);
  dropUnmentioned(names);
  return { names };
}

/** Names made up by `withoutNames`. */
export function isHiddenName(name: string): boolean {
  return /\$\d+$/.test(name);
}

function keepMentioned(shadowed: readonly string[], scope: SessionScope, names: Map<string, ScopeName>): void {
  const kept = mentionedOf(shadowed, names, scope);
  if (kept.size === 0) return;
  const renamed = new Map<string, string>();
  for (const name of kept) renamed.set(name, freshName(name, scope, renamed));
  for (const name of kept) {
    const old = scope.names.get(name);
    const fresh = renamed.get(name);
    if (old !== undefined && fresh !== undefined) names.set(fresh, rename(old, renamed, fresh));
  }
  for (const [name, found] of names) {
    if (!isHiddenName(name) && found.mentions.some((mention) => renamed.has(mention)))
      names.set(name, rename(found, renamed, name));
  }
}

/** Those of `shadowed` that remaining names mention, directly or through each other. */
function mentionedOf(
  shadowed: readonly string[],
  names: ReadonlyMap<string, ScopeName>,
  scope: SessionScope,
): Set<string> {
  const gone = new Set(shadowed);
  const kept = new Set<string>();
  const open = [...names.values()].flatMap((found) => found.mentions);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!gone.has(name) || kept.has(name)) continue;
    kept.add(name);
    open.push(...(scope.names.get(name)?.mentions ?? []));
  }
  return kept;
}

function freshName(name: string, scope: SessionScope, taken: ReadonlyMap<string, string>): string {
  const used = new Set(taken.values());
  for (let number = 1; ; number++) {
    const fresh = `${name}$${number}`;
    if (!scope.names.has(fresh) && !used.has(fresh)) return fresh;
  }
}

/** Hidden names that no name in sight leads to are gone for good. */
export function dropUnmentioned(names: Map<string, ScopeName>): void {
  const mentioned = new Set<string>();
  const open = [...names.values()].filter((found) => !isHiddenName(found.name)).flatMap((found) => found.mentions);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (mentioned.has(name)) continue;
    mentioned.add(name);
    open.push(...(names.get(name)?.mentions ?? []));
  }
  for (const name of names.keys()) if (isHiddenName(name) && !mentioned.has(name)) names.delete(name);
}
