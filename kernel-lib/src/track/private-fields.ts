import { types } from "node:util";
import { webReader } from "./web-values.js";

/** Gives the private fields that an object has of one class, undefined for those that it has not. */
export type FieldReader = (object: object) => readonly unknown[];

/** By the prototype of instances, and by the class for its static fields. */
const readers = new WeakMap<object, FieldReader>();

/** Called by a class of a cell when it is made: nothing but code inside its braces may see its private fields. */
export function watchFields(made: { readonly prototype: object }, reader: FieldReader): void {
  readers.set(made, reader);
  readers.set(made.prototype, reader);
}

/** The private fields of an object, of its own class and those above. A proxy must not be given. */
export function privateFields(object: object, prototype: object | null): unknown[] {
  const own = readers.get(object);
  const found: unknown[] = own === undefined ? [] : [...own(object)];
  for (
    let at = prototype;
    at !== null && at !== Object.prototype && !types.isProxy(at);
    at = Object.getPrototypeOf(at)
  ) {
    const reader = readers.get(at) ?? webReader(at);
    if (reader !== null) found.push(...reader(object));
  }
  return found;
}
