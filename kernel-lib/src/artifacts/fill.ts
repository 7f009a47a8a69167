import { type DecodeContext, decodeColumn, decodeValue } from "./decode-column.js";
import type { Encoded, EncodedNode, EncodedPool, ObjectState } from "./format.js";

/** Gives the members of a pool their properties, one column at a time. */
export function fillPool(pool: EncodedPool, members: readonly object[], context: DecodeContext): void {
  for (const [position, column] of pool.columns.entries()) {
    const key = pool.keys?.[position] ?? position;
    const values = decodeColumn(column, context);
    if (key === "__proto__") {
      for (const [index, member] of members.entries()) defineProperty(member, key, values[index]);
      continue;
    }
    // The shells are ours and plain; any key may be set on them.
    const open = members as Record<string | number, unknown>[];
    for (let index = 0; index < open.length; index += 1) {
      const member = open[index];
      if (member) member[key] = values[index];
    }
  }
}

/** Gives a node's shell its content. */
export function fillNode(node: EncodedNode, target: object, context: DecodeContext): void {
  switch (node.k) {
    case "array": {
      // What nodeShell made for this kind.
      const array = target as unknown[];
      const values = decodeColumn(node.values, context);
      array.length = node.length;
      if (node.at) for (const [index, place] of node.at.entries()) array[place] = values[index];
      else for (let index = 0; index < values.length; index += 1) if (index in values) array[index] = values[index];
      break;
    }
    case "map": {
      const keys = decodeColumn(node.keys, context);
      const values = decodeColumn(node.values, context);
      // Not `target.set`, which a subclass may have made its own.
      for (let index = 0; index < keys.length; index += 1) Map.prototype.set.call(target, keys[index], values[index]);
      break;
    }
    case "set": {
      const values = decodeColumn(node.values, context);
      for (let index = 0; index < values.length; index += 1) Set.prototype.add.call(target, values[index]);
      break;
    }
    case "error":
      defineHidden(target, "cause", node.cause, context);
      defineHidden(target, "errors", node.errors, context);
      break;
  }
  if (!node.more) return;
  const values = decodeColumn(node.more.values, context);
  for (const [index, key] of node.more.keys.entries()) defineProperty(target, key, values[index]);
}

export function restoreState(state: ObjectState | undefined, objects: readonly object[]): void {
  if (state === undefined) return;
  const apply = state === 3 ? Object.freeze : state === 2 ? Object.seal : Object.preventExtensions;
  for (const object of objects) apply(object);
}

/** As assignment would, but without reaching setters and `__proto__`. */
function defineProperty(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** JavaScript's own fields of errors are not enumerable. */
function defineHidden(target: object, key: string, value: Encoded | undefined, context: DecodeContext): void {
  if (value === undefined) return;
  Object.defineProperty(target, key, { value: decodeValue(value, context), writable: true, configurable: true });
}
