import type { Classes } from "./kinds.js";
import { forEachPart, isImmutable, knownKind } from "./object-parts.js";

/** Groups names that share a mutable object, directly or through others; each group in the order given. */
export function findComponents(values: ReadonlyMap<string, unknown>, classes: Classes): string[][] {
  const names = [...values.keys()];
  if (names.length < 2) return names.map((name) => [name]);
  const parent = names.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    return root;
  };
  const owner = new Map<object, number>();
  names.forEach((name, index) => {
    const value = values.get(name);
    if (typeof value !== "object" || value === null) return;
    const pending = [value];
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      const seen = owner.get(part);
      if (seen === index) continue;
      if (seen !== undefined) {
        // Everything below it has this owner's mark already.
        parent[Math.max(rootOf(seen), rootOf(index))] = Math.min(rootOf(seen), rootOf(index));
        continue;
      }
      const kind = knownKind(part, classes);
      if (isImmutable(part, kind)) continue;
      owner.set(part, index);
      forEachPart(part, kind, (inner) => pending.push(inner));
    }
  });
  const groups = new Map<number, string[]>();
  names.forEach((name, index) => {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group) group.push(name);
    else groups.set(root, [name]);
  });
  return [...groups.values()];
}
