import type { RoleCell } from "./classify-cells.js";

/**
 * Which names may share objects. `contains` goes from a value to the values that it was built from, when both are
 * objects that can change.
 */
export class Aliases {
  readonly #parts = new Map<string, Set<string>>();
  readonly #containers = new Map<string, Set<string>>();

  /** Values of `setup` and `parameters` cells join nothing: no step may change them. */
  constructor(stepCells: readonly RoleCell[]) {
    const made = new Set(stepCells.flatMap(({ facts }) => facts.declarations.map(({ name }) => name)));
    for (const { facts } of stepCells) {
      for (const { name, shape, aliases } of facts.declarations) {
        if (shape === "primitive" || shape === "immutable") continue;
        for (const part of aliases) if (part !== name && made.has(part)) this.#link(name, part);
      }
    }
  }

  #link(container: string, part: string): void {
    add(this.#parts, container, part);
    add(this.#containers, part, container);
  }

  /**
   * Names that may see a change made in place through `name`: its parts, and everything that contains it or one
   * of its parts. `name` itself is left out.
   */
  affectedBy(name: string): ReadonlySet<string> {
    const parts = reach(name, this.#parts);
    const affected = new Set<string>(parts);
    for (const part of [name, ...parts]) for (const other of reach(part, this.#containers)) affected.add(other);
    affected.delete(name);
    return affected;
  }

  /** The values that `name` was built from, directly. */
  partsOf(name: string): ReadonlySet<string> {
    return this.#parts.get(name) ?? new Set();
  }
}

function reach(from: string, next: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const queue = [...(next.get(from) ?? [])];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name) || name === from) continue;
    found.add(name);
    queue.push(...(next.get(name) ?? []));
  }
  return found;
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}
