import type { ScopeName, SessionScope } from "../cell-compiler.js";
import { rename } from "./rename.js";
import { dropUnmentioned, isHiddenName } from "./without-names.js";

/**
 * A cell that ran again declares its types anew though nothing about them changed. What mentions the old ones (as `Row$1`)
 * mentions the new ones again, so that instances made before and after fit together.
 */
export function reunite(scope: SessionScope, declared: ReadonlySet<string>): SessionScope {
  const same = unchanged(scope, declared);
  if (same.size === 0) return scope;
  const names = new Map<string, ScopeName>();
  for (const [name, found] of scope.names) {
    if (!same.has(name))
      names.set(name, found.mentions.some((mention) => same.has(mention)) ? rename(found, same, name) : found);
  }
  dropUnmentioned(names);
  return { names };
}

/** Hidden names whose declaration is that of the name now, if all that they mention is unchanged as well. */
function unchanged(scope: SessionScope, declared: ReadonlySet<string>): Map<string, string> {
  const same = new Map(
    [...scope.names.keys()].filter(isHiddenName).map((hidden) => [hidden, hidden.replace(/\$\d+$/, "")] as const),
  );
  for (let size = -1; size !== same.size; ) {
    size = same.size;
    for (const [hidden, name] of same) {
      const old = scope.names.get(hidden);
      const now = scope.names.get(name);
      if (
        !declared.has(name) ||
        old === undefined ||
        now === undefined ||
        rename(old, same, name).declaration !== now.declaration
      )
        same.delete(hidden);
    }
  }
  return same;
}
