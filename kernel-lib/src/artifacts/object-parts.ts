import type { ObjectState } from "./format.js";
import type { Classes, ObjectKind } from "./kinds.js";
import { keptKeys, kindOf } from "./kinds.js";
import { arrayKeys, readOwn } from "./properties.js";

/** The kind of an object that canonicalHash has passed already, so that no path is needed. */
export function knownKind(value: object, classes: Classes): ObjectKind {
  return kindOf(value, classes, noPath);
}

export const noPath = (): string => "the value";

/** Calls `visit` with each object directly inside another one. Tables are not entered: nothing changes them in place. */
export function forEachPart(value: object, kind: ObjectKind, visit: (part: object) => void): void {
  const look = (part: unknown): void => {
    if (typeof part === "object" && part !== null) visit(part);
  };
  switch (kind.kind) {
    case "array": {
      // The `as` below rest on `kind`.
      const array = value as readonly unknown[];
      array.forEach(look);
      for (const key of arrayKeys(array).extras) look(readOwn(array, key, noPath));
      return;
    }
    case "map":
      for (const [key, inner] of value as ReadonlyMap<unknown, unknown>) {
        look(key);
        look(inner);
      }
      break;
    case "set":
      for (const inner of value as ReadonlySet<unknown>) look(inner);
      break;
    case "view": {
      const view = value as ArrayBufferView;
      if (!isPooledBuffer(view)) visit(view.buffer);
      return;
    }
    case "error":
      look(readOwn(value, "cause", noPath));
      look(readOwn(value, "errors", noPath));
      break;
    case "object":
      break;
    default:
      return;
  }
  for (const key of keptKeys(value, kind)) look(readOwn(value, key, noPath));
}

/** Small Buffers are cut from a common block of Node's, which is nobody's value. */
export function isPooledBuffer(view: ArrayBufferView): boolean {
  return Buffer.isBuffer(view) && view.buffer.byteLength === Buffer.poolSize && view.byteLength < Buffer.poolSize;
}

export function stateOf(value: object): ObjectState | 0 {
  if (Object.isExtensible(value)) return 0;
  if (Object.isFrozen(value)) return 3;
  return Object.isSealed(value) ? 2 : 1;
}

/** Values that nothing can change in place: sharing them ties no names together. */
export function isImmutable(value: object, kind: ObjectKind): boolean {
  return (
    kind.kind === "table" ||
    (kind.kind === "tensor" && !("trainable" in value)) ||
    kind.kind === "url" ||
    kind.kind === "graph-model"
  );
}
