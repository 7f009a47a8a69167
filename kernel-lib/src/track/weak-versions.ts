import { types } from "node:util";
import { patch } from "./patch.js";

const { get, set } = WeakMap.prototype;
const versions = new WeakMap<object, number>();

/** How often a weak map or set changed since `patchWeakCollections`: what it holds, nobody can ask. */
export function weakVersion(collection: object): number {
  return get.call(versions, collection) ?? 0;
}

function changed(collection: object): void {
  set.call(versions, collection, weakVersion(collection) + 1);
}

let isPatched = false;

/** Counts from now on how often each weak map and weak set changes; what is set to the value that it has does not count. */
export function patchWeakCollections(): void {
  if (isPatched) return;
  isPatched = true;
  const { has: hasKey } = WeakMap.prototype;
  const { has } = WeakSet.prototype;
  patch(
    WeakMap.prototype,
    "set",
    (original) =>
      function (this: WeakMap<object, unknown>, key: object, value: unknown) {
        const isNew = types.isWeakMap(this) && !(hasKey.call(this, key) && Object.is(get.call(this, key), value));
        const result = original.call(this, key, value);
        if (isNew) changed(this);
        return result;
      },
  );
  patch(
    WeakSet.prototype,
    "add",
    (original) =>
      function (this: WeakSet<object>, value: object) {
        const isNew = types.isWeakSet(this) && !has.call(this, value);
        const result = original.call(this, value);
        if (isNew) changed(this);
        return result;
      },
  );
  for (const { prototype } of [WeakMap, WeakSet])
    patch(
      prototype as WeakSet<object>,
      "delete",
      (original) =>
        function (this: WeakSet<object>, value: object) {
          const isGone = original.call(this, value);
          if (isGone === true) changed(this);
          return isGone;
        },
    );
}
