import { types } from "node:util";
import { Bytes } from "./byte-store.js";
import { identityOf, isOpaque } from "./opaque.js";
import { privateFields } from "./private-fields.js";

/** Arrays up to this length are looked at for properties beside their elements (`match.index`). */
const NAMED_ARRAY = 1000;
/** Elements that are looked at however large the value is: two of the head, two of the tail. */
const FEWEST = 4;

/** What counts by identity alone: a getter's function. */
export class Same {
  readonly value: unknown;
  /** To be told without asking the value, which may be a proxy. */
  readonly #isSame = true;

  static is(value: object): value is Same {
    return #isSame in value;
  }

  constructor(value: unknown) {
    this.value = value;
  }
}

/** A place of an array that holds nothing. */
const HOLE: unique symbol = Symbol("hole");

/** How many elements and keys of a large object are looked at; what is left out is looked at whole. */
export interface Sampling {
  readonly elements?: number;
  readonly keys?: number;
}

/**
 * One object as it looks at a moment. Primitives and objects that it holds are kept as they are (comparing two strings by pointer costs
 * nothing). Getters are never called, proxies never touched.
 */
export interface ObjectRecord {
  readonly prototype: object | null;
  /** Primitives, objects below, `Bytes`, and `Same` for what is told by identity. */
  readonly leaves: readonly unknown[];
  /** How many of the leaves are keys of properties. */
  readonly keyCount: number;
  readonly sampling: Sampling;
  /** The functions of its getters and setters, whose code may know objects that cannot be seen from here. */
  readonly accessors: readonly object[];
  readonly opaque: boolean;
}

export function isTracked(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** True for an object below another, to be looked at itself. */
export function isChild(leaf: unknown): leaf is object {
  return isTracked(leaf) && !Same.is(leaf) && !Bytes.is(leaf);
}

/** Records an object within a budget of values; a sample of it leaves half of them to what comes after. */
export function recordWithin(object: object, budget: number): ObjectRecord {
  return record(object, (count, each) =>
    count * each <= budget ? undefined : Math.max(FEWEST, Math.floor(budget / 2 / each)),
  );
}

/** Records an object as it was recorded before, so that the two can be compared place by place. */
export function recordLike(object: object, { sampling, opaque }: ObjectRecord): ObjectRecord {
  if (opaque) return record(object, () => undefined);
  return record(object, (_count, _each, kind) => sampling[kind]);
}

/** True if an object itself, whatever is below it, is as it was; `isSameBytes` compares two stretches of bytes. */
export function isSameRecord(
  was: ObjectRecord,
  now: ObjectRecord,
  isSameBytes: (was: Bytes, now: Bytes) => boolean,
): boolean {
  if (was.prototype !== now.prototype || was.leaves.length !== now.leaves.length) return false;
  return was.leaves.every((leaf, place) => isSameLeaf(leaf, now.leaves[place], isSameBytes));
}

export function isSameLeaf(was: unknown, now: unknown, isSameBytes: (was: Bytes, now: Bytes) => boolean): boolean {
  if (!isTracked(was) || !isTracked(now)) return Object.is(was, now);
  if (Bytes.is(was)) return Bytes.is(now) && isSameBytes(was, now);
  if (Same.is(was)) return Same.is(now) && was.value === now.value;
  return was === now;
}

type Limit = (count: number, each: number, kind: "elements" | "keys") => number | undefined;

const nothingSampled: Sampling = {};

function record(object: object, limit: Limit): ObjectRecord {
  if (isOpaque(object)) {
    return {
      prototype: null,
      leaves: identityOf(object),
      keyCount: 0,
      sampling: nothingSampled,
      accessors: [],
      opaque: true,
    };
  }
  const prototype: object | null = Object.getPrototypeOf(object);
  const leaves: unknown[] = [];
  const elements = pushContent(object, leaves, limit);
  if (ArrayBuffer.isView(object))
    return { prototype, leaves, keyCount: 0, sampling: nothingSampled, accessors: [], opaque: false };
  const { keys, keyCount, accessors } = pushProperties(object, leaves, limit);
  if (prototype !== Object.prototype && prototype !== Array.prototype) leaves.push(...privateFields(object, prototype));
  const sampling =
    elements === undefined && keys === undefined
      ? nothingSampled
      : { ...(elements === undefined ? {} : { elements }), ...(keys === undefined ? {} : { keys }) };
  return { prototype, leaves, keyCount, sampling, accessors, opaque: false };
}

/** What an object holds beside its properties; returns how many elements were looked at if not all. */
function pushContent(object: object, leaves: unknown[], limit: Limit): number | undefined {
  if (Array.isArray(object)) {
    leaves.push(object.length);
    const sampled = limit(object.length, widthOf(object), "elements");
    eachPlace(object.length, sampled, (index) => leaves.push(element(object, index)));
    return sampled;
  }
  if (ArrayBuffer.isView(object)) {
    leaves.push(new Bytes(object.buffer, object.byteOffset, object.byteLength));
    return undefined;
  }
  if (types.isAnyArrayBuffer(object)) {
    leaves.push(new Bytes(object, 0, object.byteLength));
    return undefined;
  }
  if (types.isMap(object) || types.isSet(object)) {
    const flat: unknown[] = [];
    if (types.isMap(object)) Map.prototype.forEach.call(object, (value, key) => flat.push(key, value));
    else Set.prototype.forEach.call(object, (value) => flat.push(value));
    leaves.push(flat.length);
    const sampled = limit(flat.length, 1, "elements");
    eachPlace(flat.length, sampled, (index) => leaves.push(flat[index]));
    return sampled;
  }
  if (types.isDate(object)) leaves.push(Date.prototype.getTime.call(object));
  return undefined;
}

/** Values that one element of an array holds, itself included, by the first one. */
function widthOf(array: readonly unknown[]): number {
  const first = array.length > 0 ? element(array, 0) : undefined;
  return isChild(first) && !isOpaque(first) ? 1 + Object.keys(first).length : 1;
}

/** Visits all places of a sequence, or `count` of them: a quarter each for head and tail, half in strides between. */
function eachPlace(length: number, count: number | undefined, visit: (index: number) => void): void {
  if (count === undefined || count >= length) {
    for (let index = 0; index < length; index += 1) visit(index);
    return;
  }
  const quarter = Math.floor(count / 4);
  const middle = length - 2 * quarter;
  const stride = Math.max(1, Math.floor(middle / Math.max(1, count - 2 * quarter)));
  for (let index = 0; index < quarter; index += 1) visit(index);
  for (let index = quarter; index < quarter + middle; index += stride) visit(index);
  for (let index = length - quarter; index < length; index += 1) visit(index);
}

/** Reading an index could meet a getter only where someone defined one on an array. */
function element(array: readonly unknown[], index: number): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(array, index);
  if (descriptor === undefined) return HOLE;
  return "value" in descriptor ? descriptor.value : new Same(descriptor.get);
}

/** Own properties that hold data; accessors by the identity of their functions. */
function pushProperties(
  object: object,
  leaves: unknown[],
  limit: Limit,
): { readonly keys: number | undefined; readonly keyCount: number; readonly accessors: readonly object[] } {
  const keys = keysOf(object);
  const sampled = limit(keys.length, 1, "keys");
  const accessors: object[] = [];
  let keyCount = 0;
  if (sampled !== undefined) leaves.push(keys.length);
  eachPlace(keys.length, sampled, (index) => {
    const key = keys[index];
    const descriptor = key === undefined ? undefined : Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor === undefined) return;
    leaves.push(key);
    keyCount += 1;
    if ("value" in descriptor) {
      leaves.push(descriptor.value);
    } else {
      for (const part of [descriptor.get, descriptor.set]) if (part !== undefined) accessors.push(part);
      leaves.push(new Same(descriptor.get), new Same(descriptor.set));
    }
  });
  return { keys: sampled, keyCount, accessors };
}

function keysOf(object: object): readonly PropertyKey[] {
  if (Array.isArray(object)) {
    // The keys of a long array would cost more than its values; names beside its elements are rare.
    if (object.length > NAMED_ARRAY) return [];
    const keys = Object.keys(object);
    return keys.length === object.length ? [] : keys.filter((key) => !/^\d+$/.test(key));
  }
  const keys = Reflect.ownKeys(object);
  if (typeof object === "function") return keys.filter((key) => isOwnOfFunction(object, key));
  // Reading a stack runs the code that formats it.
  return types.isNativeError(object) ? keys.filter((key) => key !== "stack") : keys;
}

/** False for what each function has; a prototype counts where it has members. */
function isOwnOfFunction(made: object, key: PropertyKey): boolean {
  if (key === "length" || key === "name" || key === "arguments" || key === "caller") return false;
  if (key !== "prototype") return true;
  const prototype: unknown = Reflect.getOwnPropertyDescriptor(made, key)?.value;
  return isTracked(prototype) && !types.isProxy(prototype) && Reflect.ownKeys(prototype).length > 1;
}
