import { patch } from "./patch.js";

const { get, has: isWatched, set } = WeakMap.prototype;
/** Of the collections that somebody asked about; libraries fill many that nobody ever asks about. */
const versions = new WeakMap<object, number>();

/** How often a weak map or set changed since this was asked first: what it holds, nobody can ask. */
export function weakVersion(collection: object): number {
  if (!isWatched.call(versions, collection)) set.call(versions, collection, 0);
  return get.call(versions, collection) ?? 0;
}

function changed(collection: object): void {
  set.call(versions, collection, weakVersion(collection) + 1);
}

let isPatched = false;

/** Counts from now on how often each asked weak map and weak set changes; what is set to the value that it has does not count. */
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
        if (!isWatched.call(versions, this)) return original.call(this, key, value);
        const isNew = !(hasKey.call(this, key) && Object.is(get.call(this, key), value));
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
        if (!isWatched.call(versions, this)) return original.call(this, value);
        const isNew = !has.call(this, value);
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
          if (isGone === true && isWatched.call(versions, this)) changed(this);
          return isGone;
        },
    );
}
