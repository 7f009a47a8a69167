import { types } from "node:util";
import { isLayersModel, isTable, isTensor } from "../display/known-values.js";
import type { ObjectRecord } from "./object-record.js";

/** Prototypes of values that hold what can be seen, and nothing else. */
const plain = new Set<object | null>([
  null,
  Object.prototype,
  Function.prototype,
  ...[Array, Map, Set, Date, RegExp, ArrayBuffer, SharedArrayBuffer, DataView, Buffer].map(
    ({ prototype }) => prototype,
  ),
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    ({ prototype }) => prototype,
  ),
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array].map(
    ({ prototype }) => prototype,
  ),
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array].map(({ prototype }) => prototype),
  ...[Number, String, Boolean, Symbol, BigInt].map(({ prototype }) => prototype),
]);

const textOf = Function.prototype.toString;

let capturesNothing: (text: string) => boolean = () => false;

/** `test` says of a function's text whether it knows nothing but names of the session; without it every function may know more. */
export function setCaptureTest(test: (text: string) => boolean): void {
  capturesNothing = test;
}

const harmless = new WeakSet<object>();

/** Functions of Tagline's own that keep nothing of what they are given. */
export function markHarmless(...functions: readonly object[]): void {
  for (const made of functions) harmless.add(made);
}

/**
 * Objects that have to be looked at with this one, because its code may change them (the class of an instance); null if the object may
 * lead to others that nobody sees by looking: functions know the variables around them, promises and iterators what they will give.
 */
export function hiddenBehind(object: object, { prototype, opaque, accessors }: ObjectRecord): readonly object[] | null {
  if (opaque) return isTable(object) || isTensor(object) || isLayersModel(object) ? [] : null;
  if (!accessors.every(isClosed)) return null;
  if (typeof object === "function" && !isClosed(object)) return null;
  return classesAbove(prototype);
}

/** The cells' classes of an instance, or what a class extends; null if code that may know more has a hand in it. */
function classesAbove(prototype: object | null): readonly object[] | null {
  const found: object[] = [];
  for (let at = prototype; !plain.has(at) && at !== null; at = Object.getPrototypeOf(at)) {
    if (types.isProxy(at)) return null;
    const made: unknown = typeof at === "function" ? at : Reflect.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made !== "function" || !isClosed(made)) return null;
    found.push(made);
  }
  return found;
}

function isClosed(made: object): boolean {
  if (harmless.has(made)) return true;
  return typeof made === "function" && !types.isProxy(made) && capturesNothing(textOf.call(made));
}
