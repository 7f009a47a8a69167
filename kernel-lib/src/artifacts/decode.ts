import { unpackContainer } from "./container.js";
import { decodeColumn, decodeValue, type DecodeContext, ownBuffer, viewOver } from "./decode-column.js";
import type { EncodedBundle, EncodedNode, EncodedPool, ObjectState } from "./format.js";
import type { Classes } from "./kinds.js";
import { restoreLeaf } from "./leaves.js";
import { makeTable } from "./table.js";

export interface DecodeOptions {
  readonly classes: Classes;
  /** Gives a package's namespace: the notebook's own copy of arquero or tfjs. */
  readonly load: (specifier: string) => Promise<object>;
}

/** The values of a stored object by name. Empty shells come first, so that everything can refer to everything. */
export async function decodeBundle(bytes: Buffer, options: DecodeOptions): Promise<Map<string, unknown>> {
  const { header, blobs } = unpackContainer(bytes);
  // The store has checked the bytes, and `v` the shape.
  const bundle = header as EncodedBundle;
  if (bundle.v !== 1) throw new Error(`Cannot read the stored object: its format is version ${String(bundle.v)}, made by a newer Tagline`);
  const nodes: object[] = [];
  const classes = bundle.pools.some(({ className }) => className === "tf.History") ? withHistory(options.classes, await options.load("@tensorflow/tfjs")) : options.classes;
  const pools = bundle.pools.map((pool) => poolShells(pool, classes));
  const arquero = bundle.nodes.some((node) => node.k === "table") ? await options.load("arquero") : null;
  for (const [index, node] of bundle.nodes.entries()) {
    if (node.k === "leaf") nodes[index] = await restoreLeaf(await options.load("@tensorflow/tfjs"), { kind: node.kind, meta: node.meta, bytes: blobs[node.b] ?? new Uint8Array() });
  }
  const context: DecodeContext = {
    blobs,
    pools,
    node(index) {
      const node = bundle.nodes[index];
      if (!node) throw new Error(`Cannot read the stored object: it has no node ${index}`);
      return (nodes[index] ??= node.k === "table" && arquero ? tableOf(node, arquero, context) : nodeShell(node, context, classes));
    },
  };
  bundle.nodes.forEach((_node, index) => context.node(index));
  bundle.pools.forEach((pool, index) => fillPool(pool, pools[index] ?? [], context));
  bundle.nodes.forEach((node, index) => fillNode(node, context.node(index), context));
  bundle.pools.forEach((pool, index) => restoreStates(pool.state, pools[index] ?? []));
  bundle.nodes.forEach((node, index) => restoreStates(node.state, [context.node(index)]));
  return new Map(Object.entries(bundle.names).map(([name, value]) => [name, decodeValue(value, context)]));
}

function tableOf(node: EncodedNode & { readonly k: "table" }, arquero: object, context: DecodeContext): object {
  const columns = node.columns.map((column) => decodeColumn(column, context));
  const groups = node.groups && {
    names: node.groups.names,
    keys: new Uint32Array(ownBuffer(context.blobs[node.groups.keys], false)),
    values: node.groups.values.map((column) => Array.from(decodeColumn(column, context))),
  };
  return makeTable(arquero, node.names, columns, groups);
}

function withHistory(classes: Classes, tfjs: object): Classes {
  // tfjs has exported History since version 1.
  return { ...classes, "tf.History": (tfjs as { History: Classes[string] }).History };
}

function prototypeOf(className: string, classes: Classes): object {
  const found = Object.hasOwn(classes, className) ? classes[className] : undefined;
  // A class's `prototype` is always an object.
  if (found) return found.prototype as object;
  throw new Error(`Cannot load an instance of ${className}: no class of that name is here. Declare it at the top level of a cell of this step or of \`setup\``);
}

function poolShells(pool: EncodedPool, classes: Classes): object[] {
  const prototype = pool.className === undefined ? null : prototypeOf(pool.className, classes);
  return Array.from({ length: pool.n }, () => {
    if (pool.keys === null) return prototype ? Object.setPrototypeOf([], prototype) : [];
    if (pool.bare) return Object.create(null);
    return prototype ? Object.create(prototype) : {};
  });
}

function fillPool(pool: EncodedPool, members: readonly object[], context: DecodeContext): void {
  pool.columns.forEach((column, position) => {
    const key = pool.keys?.[position] ?? position;
    const values = decodeColumn(column, context);
    if (key === "__proto__") {
      members.forEach((member, index) => Object.defineProperty(member, key, { value: values[index], writable: true, enumerable: true, configurable: true }));
      return;
    }
    // The shells are ours and plain; any key may be set on them.
    const open = members as readonly Record<string | number, unknown>[];
    for (let index = 0; index < open.length; index += 1) (open[index] as Record<string | number, unknown>)[key] = values[index];
  });
}

function nodeShell(node: EncodedNode, context: DecodeContext, classes: Classes): object {
  const shell = bareShell(node, context);
  return node.className === undefined ? shell : Object.setPrototypeOf(shell, prototypeOf(node.className, classes));
}

function bareShell(node: EncodedNode, context: DecodeContext): object {
  switch (node.k) {
    case "array":
      return [];
    case "map":
      return new Map();
    case "set":
      return new Set();
    case "date":
      return new Date(node.ms ?? Number.NaN);
    case "regexp": {
      const made = new RegExp(node.source, node.flags);
      made.lastIndex = node.lastIndex;
      return made;
    }
    case "url":
      return new URL(node.href);
    case "boxed":
      return Object(decodeValue(node.value, context));
    case "error":
      return errorShell(node.type, node.message, node.stack);
    case "buffer":
      return ownBuffer(context.blobs[node.b], node.shared);
    case "bytes":
      return viewOver(node.type, ownBuffer(context.blobs[node.b], false), 0, null);
    case "view":
      return viewOver(node.type, decodeValue(node.buffer, context) as ArrayBuffer, node.offset, node.length);
    default:
      throw new Error(`Cannot read the stored object: unknown kind of value ${JSON.stringify(node.k)}, made by a newer Tagline`);
  }
}

function errorShell(type: string, message: string, stack: string | null): Error {
  const constructor: unknown = Object.getOwnPropertyDescriptor(globalThis, type)?.value;
  const prototype: unknown = typeof constructor === "function" ? constructor.prototype : null;
  const error = new Error(message);
  if (prototype instanceof Error) Object.setPrototypeOf(error, prototype);
  Object.defineProperty(error, "stack", { value: stack ?? undefined, writable: true, configurable: true });
  return error;
}

function fillNode(node: EncodedNode, target: object, context: DecodeContext): void {
  if (node.k === "array") {
    const array = target as unknown[];
    const values = decodeColumn(node.values, context);
    array.length = node.length;
    if (node.at) node.at.forEach((place, index) => (array[place] = values[index]));
    // Holes are skipped by forEach and stay holes.
    else Array.prototype.forEach.call(values, (value: unknown, index: number) => (array[index] = value));
  } else if (node.k === "map") {
    const values = decodeColumn(node.values, context);
    Array.from(decodeColumn(node.keys, context)).forEach((key, index) => Map.prototype.set.call(target, key, values[index]));
  } else if (node.k === "set") {
    for (const value of Array.from(decodeColumn(node.values, context))) Set.prototype.add.call(target, value);
  } else if (node.k === "error") {
    if (node.cause !== undefined) Object.defineProperty(target, "cause", { value: decodeValue(node.cause, context), writable: true, configurable: true });
    if (node.errors !== undefined) Object.defineProperty(target, "errors", { value: decodeValue(node.errors, context), writable: true, configurable: true });
  }
  if (!node.more) return;
  const values = decodeColumn(node.more.values, context);
  node.more.keys.forEach((key, index) => Object.defineProperty(target, key, { value: values[index], writable: true, enumerable: true, configurable: true }));
}

function restoreStates(state: ObjectState | undefined, objects: readonly object[]): void {
  if (state === undefined) return;
  const apply = state === 3 ? Object.freeze : state === 2 ? Object.seal : Object.preventExtensions;
  for (const object of objects) apply(object);
}
