import { types } from "node:util";
import { dataProperty } from "./known-values.js";

/** Nodes of one value: JSON is for trees that a person unfolds. */
const NODES = 100_000;
const DEPTH = 100;

/**
 * A value as JSON has it, for whatever JSON has no form for too: Maps and Sets as objects and lists, big integers as text where
 * a number is not exact, circles and what lies too deep as a word. Calls no getter and no proxy's trap. Never throws.
 */
export function toJson(value: unknown): unknown {
  return new Walk().visit(value, 0);
}

class Walk {
  #nodes = 0;
  readonly #above = new Set<object>();

  visit(value: unknown, depth: number): unknown {
    this.#nodes += 1;
    if (typeof value === "bigint") {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    if (typeof value === "function" || typeof value === "symbol" || value === undefined) return null;
    if (typeof value !== "object" || value === null) return value;
    if (types.isProxy(value)) return "[Proxy]";
    if (this.#above.has(value)) return "[Circular]";
    if (depth > DEPTH || this.#nodes > NODES) return "[…]";
    this.#above.add(value);
    const result = this.#object(value, depth + 1);
    this.#above.delete(value);
    return result;
  }

  #object(value: object, depth: number): unknown {
    if (types.isDate(value)) {
      const time = Date.prototype.getTime.call(value);
      return Number.isNaN(time) ? null : new Date(time).toISOString();
    }
    if (types.isBoxedPrimitive(value)) return this.visit(value.valueOf(), depth);
    if (types.isMap(value)) {
      return this.#entries(
        Array.from(value, ([key, held]) => [typeof key === "string" ? key : String(this.visit(key, depth)), held]),
        depth,
      );
    }
    if (types.isSet(value)) return this.#list(value, depth);
    if (types.isTypedArray(value)) return this.#list(value as Iterable<unknown>, depth);
    if (Array.isArray(value)) return this.#list(value, depth);
    const own = dataProperty(value, "toJSON");
    if (typeof own === "function") {
      try {
        const given: unknown = own.call(value);
        if (given !== value) return this.visit(given, depth);
      } catch {
        // Its own form failed: its fields are still there.
      }
    }
    const names = Object.keys(value);
    return this.#entries(
      names.flatMap((name) => {
        const descriptor = Object.getOwnPropertyDescriptor(value, name);
        if (descriptor === undefined) return [];
        if (!("value" in descriptor)) return [[name, "[Getter]"]];
        const held: unknown = descriptor.value;
        return held === undefined || typeof held === "function" ? [] : [[name, held]];
      }),
      depth,
    );
  }

  #list(values: Iterable<unknown>, depth: number): unknown[] {
    const list: unknown[] = [];
    for (const value of values) {
      if (this.#nodes > NODES) {
        list.push("[…]");
        break;
      }
      list.push(this.visit(value, depth));
    }
    return list;
  }

  #entries(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [name, value] of entries) {
      // Not assigned: `__proto__` is a name like any other.
      Object.defineProperty(object, name, {
        value: this.visit(value, depth),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      if (this.#nodes > NODES) break;
    }
    return object;
  }
}
