import type { Binding, BindingHome } from "./active-cell.js";
import type { Before } from "./before.js";
import { Bytes } from "./byte-store.js";
import {
  isChild,
  isSameLeaf,
  isSameRecord,
  isTracked,
  type ObjectRecord,
  recordLike,
  recordWithin,
} from "./object-record.js";

/** Leaves that are looked at for one name: with keys more than the nodes that `Before` looks at. */
const NODE_BUDGET = 60_000;
/** Leaves that are compared for one name before equal is taken for changed. */
const COMPARED_LEAVES = 200_000;

/**
 * Names whose value is different from what it was, whoever changed it and under which name. Names in `written` are left out: their
 * value is another one, not a changed one. Sorted.
 */
export function changedNames(
  before: Before,
  homes: Iterable<BindingHome>,
  written: ReadonlySet<Binding>,
): readonly string[] {
  const comparison = new Comparison(before);
  if (!comparison.anyChanged()) return [];
  const names = new Set<string>();
  for (const home of homes) {
    for (const binding of home.bindings()) {
      if (!written.has(binding) && isTracked(binding.value) && comparison.isChanged(binding.value))
        names.add(binding.name);
    }
  }
  return [...names].sort();
}

/** What objects looked like before, against what they look like now. */
class Comparison {
  readonly #before: Before;
  readonly #now = new Map<object, ObjectRecord>();
  readonly #changed = new Set<object>();
  readonly #isSameBytes = (was: Bytes, now: Bytes): boolean => this.#before.bytes.same(was, now);

  constructor(before: Before) {
    this.#before = before;
    for (const [object, was] of before.records) {
      const now = recordLike(object, was);
      this.#now.set(object, now);
      if (!isSameRecord(was, now, this.#isSameBytes)) this.#changed.add(object);
    }
  }

  anyChanged(): boolean {
    return this.#changed.size > 0;
  }

  isChanged(root: object): boolean {
    return this.#reachedChange(root) && !this.#isEqual(root);
  }

  /** True if a changed object could be reached from the root before. */
  #reachedChange(root: object): boolean {
    const queue: object[] = [root];
    const queued = new Set(queue);
    let budget = NODE_BUDGET;
    for (let next = 0; next < queue.length; next += 1) {
      const object = queue[next];
      if (object === undefined || this.#changed.has(object)) return true;
      const { leaves } = this.#was(object, budget);
      budget -= leaves.length + 1;
      for (const leaf of leaves) {
        if (isChild(leaf)) {
          if (budget <= 0 || queued.has(leaf)) continue;
          queued.add(leaf);
          queue.push(leaf);
        } else if (isTracked(leaf) && Bytes.is(leaf) && this.#before.bytes.changed(leaf)) {
          return true;
        }
      }
    }
    return false;
  }

  /** An object as it was; what nobody looked at then could not be changed unseen, and is as it is now. */
  #was(object: object, budget: number): ObjectRecord {
    return this.#before.records.get(object) ?? this.#is(object, budget);
  }

  #is(object: object, budget: number): ObjectRecord {
    const known = this.#now.get(object);
    if (known !== undefined) return known;
    const record = recordWithin(object, Math.max(0, budget));
    this.#now.set(object, record);
    return record;
  }

  /** True if the root leads to equal values in the same shape as before, whatever the identity of the objects below it. */
  #isEqual(root: object): boolean {
    const partners = new Map<object, object>([[root, root]]);
    const taken = new Set<object>([root]);
    const queue: [was: object, now: object][] = [[root, root]];
    let budget = COMPARED_LEAVES;
    for (let next = 0; next < queue.length; next += 1) {
      const [was, now] = queue[next] ?? [root, root];
      const before = this.#was(was, budget);
      const after = was === now ? this.#is(now, budget) : recordLike(now, before);
      budget -= before.leaves.length + 1;
      if (budget < 0 || (before.opaque && was !== now)) return false;
      if (before.prototype !== after.prototype || before.leaves.length !== after.leaves.length) return false;
      for (const [place, left] of before.leaves.entries()) {
        const right = after.leaves[place];
        if (!isChild(left) || !isChild(right)) {
          if (!isSameLeaf(left, right, this.#isSameBytes)) return false;
          continue;
        }
        const partner = partners.get(left);
        if (partner !== undefined) {
          if (partner !== right) return false;
          continue;
        }
        if (taken.has(right) || (typeof left === "function" && left !== right)) return false;
        partners.set(left, right);
        taken.add(right);
        queue.push([left, right]);
      }
    }
    return true;
  }
}
