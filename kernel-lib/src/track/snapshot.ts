import { createHash } from "node:crypto";
import { types } from "node:util";
import { identityOf, isOpaque } from "./opaque.js";

/** Values and objects looked at in one snapshot; above that, arrays and maps are sampled. */
const NODE_BUDGET = 20_000;
/** Bytes of a typed array that are hashed whole; above that, head, tail and strides. */
const BYTE_BUDGET = 32 * 1024 * 1024;
const SAMPLED_BYTES = 1024 * 1024;
/** Arrays up to this length are looked at for properties beside their indices (`match.index`). */
const NAMED_ARRAY = 1000;

/**
 * What a value looked like: for each object that it reaches, the object's own leaves. Primitives and
 * child objects are kept as they are (comparing two strings by pointer costs nothing), the bytes of
 * typed arrays by hash. Getters are never called, proxies never touched.
 */
export interface Snapshot {
  readonly root: object;
  /** In walking order, so that two walks of an unchanged value agree place by place. */
  readonly nodes: Map<object, readonly unknown[]>;
  /** True if something was too large to look at whole. */
  readonly sampled: boolean;
}

export function isTracked(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function takeSnapshot(root: object): Snapshot {
  const walk = new Walk();
  walk.visit(root, NODE_BUDGET);
  return { root, nodes: walk.nodes, sampled: walk.sampled };
}

/** Objects of the old snapshot whose own leaves are different now; empty where nothing changed. */
export function changedObjects(before: Snapshot, after: Snapshot): object[] {
  if (sameStructure(before, after)) return [];
  const changed: object[] = [];
  for (const [object, leaves] of before.nodes) {
    const now = after.nodes.get(object);
    if (now !== undefined && !sameLeaves(leaves, now)) changed.push(object);
  }
  return changed;
}

/** True if both reach equal values in the same shape, whatever the identity of the inner objects. */
function sameStructure(before: Snapshot, after: Snapshot): boolean {
  if (before.nodes.size !== after.nodes.size) return false;
  const places = new Map<object, object>();
  const old = before.nodes.keys();
  for (const object of after.nodes.keys()) {
    const was = old.next().value;
    if (was === undefined) return false;
    places.set(was, object);
  }
  for (const [was, now] of places) {
    const left = before.nodes.get(was);
    const right = after.nodes.get(now);
    if (left === undefined || right === undefined || left.length !== right.length) return false;
    for (let i = 0; i < left.length; i += 1) {
      const a = left[i];
      const b = right[i];
      if (Object.is(a, b)) {
        // The same child may still have moved to another place in the walk.
        if (!isTracked(a) || !places.has(a) || places.get(a) === b) continue;
        return false;
      }
      if (!isTracked(a) || !isTracked(b) || places.get(a) !== b) return false;
    }
  }
  return true;
}

function sameLeaves(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i += 1) if (!Object.is(left[i], right[i])) return false;
  return true;
}

class Walk {
  readonly nodes = new Map<object, unknown[]>();
  sampled = false;

  /** Looks at an object with a budget of nodes; returns how many it used. */
  visit(object: object, budget: number): number {
    if (this.nodes.has(object)) return 1;
    const leaves: unknown[] = [];
    this.nodes.set(object, leaves);
    if (isOpaque(object)) {
      leaves.push(...identityOf(object));
      return 1;
    }
    leaves.push(Object.getPrototypeOf(object));
    let used = 1 + this.#content(object, leaves, budget);
    used += this.#properties(object, leaves, budget - used);
    return used;
  }

  #content(object: object, leaves: unknown[], budget: number): number {
    if (Array.isArray(object)) {
      leaves.push(object.length);
      // Reading an index could meet a getter only where someone defined one on an array.
      return this.#sequence(object.length, (i) => dataValue(object, i), leaves, budget);
    }
    if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) {
      const bytes = ArrayBuffer.isView(object)
        ? new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
        : new Uint8Array(object);
      leaves.push(bytes.length, this.#hashOf(bytes));
      return 1;
    }
    if (types.isMap(object)) {
      const flat: unknown[] = [];
      Map.prototype.forEach.call(object, (value, key) => flat.push(key, value));
      leaves.push(flat.length);
      return this.#sequence(flat.length, (i) => flat[i], leaves, budget);
    }
    if (types.isSet(object)) {
      const flat: unknown[] = [];
      Set.prototype.forEach.call(object, (value) => flat.push(value));
      leaves.push(flat.length);
      return this.#sequence(flat.length, (i) => flat[i], leaves, budget);
    }
    if (types.isDate(object)) leaves.push(Date.prototype.getTime.call(object));
    return 0;
  }

  /** Own properties that hold data; accessors by the identity of their functions. */
  #properties(object: object, leaves: unknown[], budget: number): number {
    if (ArrayBuffer.isView(object)) return 0;
    let used = 0;
    const isArray = Array.isArray(object);
    // The keys of a long array would cost more than its values; names beside its indices are rare.
    if (isArray && (object.length > NAMED_ARRAY || Object.keys(object).length === object.length)) return 0;
    const keys = isArray ? Object.keys(object).slice(object.length) : Reflect.ownKeys(object);
    for (const key of keys) {
      if (typeof object === "function" && (key === "length" || key === "name" || key === "prototype")) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined) continue;
      if (used >= budget) {
        this.sampled = true;
        leaves.push(keys.length);
        break;
      }
      leaves.push(key);
      if ("value" in descriptor) used += this.#leaf(descriptor.value, leaves, budget - used);
      else leaves.push(descriptor.get, descriptor.set);
    }
    return used;
  }

  #leaf(value: unknown, leaves: unknown[], budget: number): number {
    leaves.push(value);
    if (!isTracked(value)) return 1;
    if (typeof value === "function" && Object.keys(value).length === 0) return 1;
    if (budget <= 0) {
      this.sampled = true;
      return 1;
    }
    return this.visit(value, budget);
  }

  /** All of a sequence where the budget allows, else a quarter of it for the head, one for the tail, half in strides. */
  #sequence(length: number, at: (index: number) => unknown, leaves: unknown[], budget: number): number {
    let used = 0;
    const first = length > 0 ? at(0) : undefined;
    const each = isTracked(first) && !isOpaque(first) ? 2 + Object.keys(first).length : 1;
    if (length * each <= budget) {
      for (let i = 0; i < length; i += 1) used += this.#leaf(at(i), leaves, budget - used);
      return used;
    }
    this.sampled = true;
    const count = Math.max(4, Math.floor(budget / each));
    const quarter = Math.floor(count / 4);
    const middle = length - 2 * quarter;
    const stride = Math.max(1, Math.floor(middle / (count - 2 * quarter)));
    for (let i = 0; i < quarter; i += 1) used += this.#leaf(at(i), leaves, budget - used);
    for (let i = quarter; i < quarter + middle; i += stride) used += this.#leaf(at(i), leaves, budget - used);
    for (let i = length - quarter; i < length; i += 1) used += this.#leaf(at(i), leaves, budget - used);
    return used;
  }

  #hashOf(bytes: Uint8Array): string {
    const hash = createHash("sha1");
    if (bytes.length <= BYTE_BUDGET) return hash.update(bytes).digest("base64");
    this.sampled = true;
    hash.update(bytes.subarray(0, SAMPLED_BYTES)).update(bytes.subarray(bytes.length - SAMPLED_BYTES));
    const pieces = 256;
    const stride = Math.floor(bytes.length / pieces);
    for (let i = 0; i < pieces; i += 1) hash.update(bytes.subarray(i * stride, i * stride + 4096));
    return hash.digest("base64");
  }
}

function dataValue(object: object, index: number): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(object, index);
  return descriptor !== undefined && "value" in descriptor ? descriptor.value : undefined;
}
