import { BYTE_BUDGET, ByteStore, Bytes } from "./byte-store.js";
import { hiddenBehind } from "./hidden-behind.js";
import { isChild, isSameRecord, isTracked, type ObjectRecord, recordLike, recordWithin } from "./object-record.js";

/** Values and objects below one name that are looked at; above that, arrays, maps and objects are sampled. */
const NODE_BUDGET = 20_000;
/** Objects that are still looked at, head and tail each, when the budget is spent. */
const GRACE_OBJECTS = 500;
/** From this many leaves on, children are taken from both ends in turn, so that what the budget leaves out is in the middle. */
const WIDE = 64;

/** What objects looked like before a cell could change them. */
export class Before {
  readonly records = new Map<object, ObjectRecord>();
  readonly bytes = new ByteStore();

  /**
   * Looks at a value and all below it; what is known already stays as it was seen first. Returns true if the value may lead to objects
   * that cannot be seen through it: code knows the variables around it.
   */
  take(root: object): boolean {
    // Depth first, so that what is looked at is looked at to its bottom.
    const stack: object[] = [root];
    const met = new Set<object>(stack);
    let budget = NODE_BUDGET;
    let byteBudget = BYTE_BUDGET;
    let grace = GRACE_OBJECTS;
    let hides = false;
    for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
      if (budget <= 0 && --grace < 0) break;
      let record = this.records.get(object);
      if (record === undefined) {
        record = recordWithin(object, budget);
        this.records.set(object, record);
      }
      const children: object[] = [];
      const behind = hides ? null : hiddenBehind(object, record);
      if (behind === null) hides = true;
      else for (const one of behind) if (!met.has(one)) children.push(one);
      for (const one of children) met.add(one);
      for (const leaf of record.leaves) {
        if (isChild(leaf)) {
          if (met.has(leaf)) continue;
          met.add(leaf);
          children.push(leaf);
        } else if (isTracked(leaf) && Bytes.is(leaf)) {
          byteBudget -= this.bytes.keep(leaf, Math.max(0, byteBudget));
        }
      }
      // An object and each of its values is a node; objects below count when their turn comes.
      budget -= Math.max(1, 1 + record.leaves.length - record.keyCount - children.length);
      pushInTurn(stack, children);
    }
    return hides;
  }

  /** Takes what changed since `other` looked at it for what it was, where it was still as this one knows it. */
  absorb(other: Before): void {
    const unchanged = [...other.records].filter(([object, theirs]) => {
      const mine = this.records.get(object);
      return (
        mine !== undefined && isSameRecord(mine, theirs, (was, then) => this.bytes.wasSame(was, then, other.bytes))
      );
    });
    for (const [object, theirs] of unchanged)
      this.records.set(object, recordLike(object, this.records.get(object) ?? theirs));
    this.bytes.absorb(other.bytes);
  }
}

/** The first child comes to lie on top. */
function pushInTurn(stack: object[], children: readonly object[]): void {
  const { length } = children;
  for (let place = length - 1; place >= 0; place -= 1) {
    const fromEnd = length >= WIDE && place % 2 === 1;
    const child = children[length < WIDE ? place : fromEnd ? length - (place + 1) / 2 : place / 2];
    if (child !== undefined) stack.push(child);
  }
}
