import type { Binding, BindingHome } from "./active-cell.js";
import { changedObjects, isTracked, type Snapshot, takeSnapshot } from "./snapshot.js";

/**
 * Names whose value changed in place since the snapshot of their first read, and every other name of the
 * session that reaches one of the changed objects. Sorted.
 */
export function changedNames(reads: ReadonlyMap<Binding, Snapshot | undefined>): string[] {
  const changed = new Set<object>();
  const homes = new Set<BindingHome>();
  const names = new Set<string>();
  for (const [ref, before] of reads) {
    if (before === undefined) continue;
    const objects = changedObjects(before, takeSnapshot(before.root));
    if (objects.length === 0) continue;
    for (const object of objects) changed.add(object);
    homes.add(ref.home);
    names.add(ref.name);
  }
  if (changed.size === 0) return [];
  for (const home of homes) {
    for (const ref of home.bindings()) {
      if (!names.has(ref.name) && isTracked(ref.value) && reaches(ref.value, changed)) names.add(ref.name);
    }
  }
  return [...names].sort();
}

function reaches(root: object, wanted: ReadonlySet<object>): boolean {
  if (wanted.has(root)) return true;
  for (const object of takeSnapshot(root).nodes.keys()) if (wanted.has(object)) return true;
  return false;
}
