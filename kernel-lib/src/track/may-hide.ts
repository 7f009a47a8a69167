import { types } from "node:util";
import { isLayersModel, isTable, isTensor } from "../display/known-values.js";
import type { ObjectRecord } from "./object-record.js";

/** Prototypes of values that hold what can be seen, and nothing else. */
const plain = new Set<object | null>([
  null,
  Object.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Date.prototype,
  RegExp.prototype,
  ArrayBuffer.prototype,
  SharedArrayBuffer.prototype,
  DataView.prototype,
  Buffer.prototype,
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    ({ prototype }) => prototype,
  ),
  ...[
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map(({ prototype }) => prototype),
  ...[Number, String, Boolean, Symbol, BigInt].map(({ prototype }) => prototype),
]);

/**
 * True if an object may lead to others that nobody sees by looking at it: functions know the variables around them, instances their
 * class's, promises and iterators what they will give.
 */
export function mayHide(object: object, { prototype, opaque }: ObjectRecord): boolean {
  if (typeof object === "function") return true;
  if (!opaque) return !plain.has(prototype);
  return types.isProxy(object) || !(isTable(object) || isTensor(object) || isLayersModel(object));
}
