import { CODEC_DATA, codecNamed } from "./codec.js";
import { unpackContainer } from "./container.js";
import { type DecodeContext, decodeColumn, decodeValue, ownBuffer, viewOver } from "./decode-column.js";
import { fillNode, fillPool, restoreState } from "./fill.js";
import type { EncodedBundle, EncodedNode, EncodedPool } from "./format.js";
import type { Classes } from "./kinds.js";
import { makeTable } from "./table.js";
import { restoreLeaf } from "./tfjs.js";

export interface DecodeOptions {
  readonly classes: Classes;
  /** Gives a package's namespace: the notebook's own copy of arquero or tfjs. */
  readonly load: (specifier: string) => Promise<object>;
  /** Stands in for a codec that is not registered. Without it such a value throws. */
  readonly withoutCodec?: (name: string, data: unknown) => object;
}

/** The values of a stored object by name. Empty shells come first, so that everything can refer to everything. */
export async function decodeBundle(bytes: Buffer, options: DecodeOptions): Promise<Map<string, unknown>> {
  const { header, blobs } = unpackContainer(bytes);
  const tfjs = async (): Promise<object> => withNames(await options.load("@tensorflow/tfjs"), "loadLayersModel");
  // The store has checked the bytes, and `v` the shape.
  const bundle = header as EncodedBundle;
  if (bundle.v !== 1)
    throw new Error(
      `Cannot read the stored object: its format is version ${String(bundle.v)}, made by a newer Tagline`,
    );
  const nodes: object[] = [];
  const classes = bundle.pools.some(({ className }) => className === "tf.History")
    ? withHistory(options.classes, await tfjs())
    : options.classes;
  const pools = bundle.pools.map((pool) => poolShells(pool, classes));
  const arquero = bundle.nodes.some((node) => node.k === "table")
    ? withNames(await options.load("arquero"), "table")
    : null;
  for (const [index, node] of bundle.nodes.entries()) {
    if (node.k !== "leaf") continue;
    const leaf = { kind: node.kind, meta: node.meta, bytes: blobs[node.b] ?? new Uint8Array() };
    nodes[index] = leaf.kind === "custom" ? await restoreCustom(leaf, options) : await restoreLeaf(await tfjs(), leaf);
  }
  const context: DecodeContext = {
    blobs,
    pools,
    node(index) {
      const node = bundle.nodes[index];
      if (!node) throw new Error(`Cannot read the stored object: it has no node ${index}`);
      const made =
        nodes[index] ??
        (node.k === "table" && arquero ? tableOf(node, arquero, context) : nodeShell(node, context, classes));
      nodes[index] = made;
      return made;
    },
  };
  for (const index of bundle.nodes.keys()) context.node(index);
  for (const [index, pool] of bundle.pools.entries()) fillPool(pool, pools[index] ?? [], context);
  for (const [index, node] of bundle.nodes.entries()) fillNode(node, context.node(index), context);
  for (const [index, { state }] of bundle.pools.entries()) restoreState(state, pools[index] ?? []);
  for (const [index, { state }] of bundle.nodes.entries()) restoreState(state, [context.node(index)]);
  return new Map(Object.entries(bundle.names).map(([name, value]) => [name, decodeValue(value, context)]));
}

/** A value of a codec that the notebook registered. */
async function restoreCustom(
  { meta, bytes }: { readonly meta: unknown; readonly bytes: Uint8Array },
  options: DecodeOptions,
): Promise<object> {
  // Written by `captureCustom`.
  const { codec: name } = meta as { readonly codec: string };
  const inner = await decodeBundle(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
  const data = inner.get(CODEC_DATA);
  const codec = codecNamed(name);
  if (codec !== null) return codec.decode(data);
  if (options.withoutCodec !== undefined) return options.withoutCodec(name, data);
  throw new Error(
    `Cannot load a value of the codec ${name}: no codec of that name is registered here. Call codec({ name: ${JSON.stringify(name)}, … }) in a cell tagged setup`,
  );
}

/** A table that was stored as an Arrow file. */
export async function decodeTable(bytes: Buffer, load: DecodeOptions["load"]): Promise<object> {
  const { fromArrowFile } = await import("./arrow-table.js");
  return fromArrowFile(bytes, withNames(await load("arquero"), "table"));
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

/** A CommonJS package's names may all hang on `default`. */
function withNames(namespace: object, name: string): object {
  if (name in namespace || !("default" in namespace)) return namespace;
  return typeof namespace.default === "object" && namespace.default !== null ? namespace.default : namespace;
}

function withHistory(classes: Classes, tfjs: object): Classes {
  // tfjs has exported History since version 1.
  return { ...classes, "tf.History": (tfjs as { History: Classes[string] }).History };
}

function prototypeOf(className: string, classes: Classes): object {
  const found = Object.hasOwn(classes, className) ? classes[className] : undefined;
  // A class's `prototype` is always an object.
  if (found) return found.prototype as object;
  throw new Error(
    `Cannot load an instance of ${className}: no class of that name is here. Declare it at the top level of a cell of this step or of \`setup\``,
  );
}

function poolShells(pool: EncodedPool, classes: Classes): object[] {
  const prototype = pool.className === undefined ? null : prototypeOf(pool.className, classes);
  return Array.from({ length: pool.n }, () => {
    if (pool.keys === null) return prototype ? Object.setPrototypeOf([], prototype) : [];
    if (pool.bare) return Object.create(null);
    return prototype ? Object.create(prototype) : {};
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
      throw new Error(
        `Cannot read the stored object: unknown kind of value ${JSON.stringify(node.k)}, made by a newer Tagline`,
      );
  }
}

function errorShell(type: string, message: string, stack: string | null): Error {
  const maker: unknown = Object.getOwnPropertyDescriptor(globalThis, type)?.value;
  const prototype: unknown = typeof maker === "function" ? maker.prototype : null;
  const error = new Error(message);
  if (prototype instanceof Error) Object.setPrototypeOf(error, prototype);
  Object.defineProperty(error, "stack", { value: stack ?? undefined, writable: true, configurable: true });
  return error;
}
