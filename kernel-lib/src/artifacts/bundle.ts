import { types } from "node:util";
import type { ArtifactUse } from "../lineage/events.js";
import type { ArtifactStore } from "./artifact-store.js";
import { canonicalHash } from "./canonical-hash.js";
import { leavesFor } from "./capture-custom.js";
import { codecFor } from "./codec.js";
import { findComponents } from "./components.js";
import { decodeBundle, decodeTable } from "./decode.js";
import { encodeBundle } from "./encode.js";
import { isArrowFile } from "./is-arrow-file.js";
import type { Classes } from "./kinds.js";
import { type Leaves, withLeaves } from "./leaves.js";
import { isGraphModel, isLayersModel, isTable, isTensor } from "./library-types.js";
import { summarize } from "./summarize.js";

/** A value that stands in a store. */
export interface StoredValue extends ArtifactUse {
  /** Hash of the stored object that holds it; names that shared a mutable object share it. */
  readonly object: string;
  /** `json`, `table`, `tensor`, `model`, `bytes`, or `codec:NAME` of a registered codec. */
  readonly type: string;
}

/** What is needed to find a value again. */
export type StoredRef = Pick<StoredValue, "name" | "object">;

export interface SaveOptions {
  /** Classes declared in cells, by name: their instances are kept as their own fields. */
  readonly classes?: Classes;
}

export interface LoadOptions extends SaveOptions {
  /** Gives the notebook's own copy of arquero or `@tensorflow/tfjs`. Default: `import`, from Tagline's own dependencies. */
  readonly load?: (specifier: string) => Promise<object>;
}

export type Values = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/**
 * Stores the outputs of a step. Values that share a mutable object go into one stored object, so that they still share
 * it when they come back; `bytes` is then the size of that whole object. Throws a CannotStoreError for what has no bytes.
 */
export async function saveBundle(
  store: Pick<ArtifactStore, "put">,
  values: Values,
  { classes = {} }: SaveOptions = {},
): Promise<StoredValue[]> {
  const all = asMap(values);
  const leaves = leavesFor(classes);
  const hashes = await hashAll(all, classes, leaves);
  const stored = new Map<string, StoredValue>();
  for (const names of findComponents(all, classes)) {
    const bytes =
      (await asArrowFile(names.length === 1 ? all.get(names[0] ?? "") : null, leaves)) ??
      encodeBundle(new Map(names.map((name) => [name, all.get(name)])), classes, leaves);
    const object = await store.put(bytes);
    for (const name of names) {
      const value = all.get(name);
      stored.set(name, {
        name,
        hash: hashes[name] ?? "",
        object,
        type: typeOfValue(value),
        bytes: bytes.length,
        summary: summarize(value),
      });
    }
  }
  return [...all.keys()].flatMap((name) => stored.get(name) ?? []);
}

/** Loads stored values by name. What shared objects when it was stored together shares them again. */
export async function loadBundle(
  store: ArtifactStore,
  refs: readonly StoredRef[],
  options: LoadOptions = {},
): Promise<Record<string, unknown>> {
  const { classes = {}, load = (specifier: string): Promise<object> => import(specifier) } = options;
  const values: Record<string, unknown> = {};
  const objects = new Map<string, Map<string, unknown>>();
  for (const { name, object } of refs) {
    let bundle = objects.get(object);
    if (!bundle) {
      const bytes = await store.get(object);
      bundle = isArrowFile(bytes) ? new Map() : await decodeBundle(bytes, { classes, load });
      objects.set(object, bundle);
      // A table stands for itself, whatever its name is.
      if (isArrowFile(bytes)) {
        const table = await decodeTable(bytes, load);
        for (const ref of refs) if (ref.object === object) bundle.set(ref.name, table);
      }
    }
    if (!bundle.has(name))
      throw new Error(
        `Cannot load ${name}: artifact ${object.slice(0, 12)} holds only ${[...bundle.keys()].join(", ")}`,
      );
    values[name] = bundle.get(name);
  }
  return values;
}

/** The hash of each value, as `saveBundle` would give it, without storing anything. */
export function hashValues(values: Values, { classes = {} }: SaveOptions = {}): Promise<Record<string, string>> {
  return hashAll(asMap(values), classes, leavesFor(classes));
}

async function hashAll(
  values: ReadonlyMap<string, unknown>,
  classes: Classes,
  leaves: Leaves,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, value] of values)
    hashes[name] = await withLeaves(leaves, () => canonicalHash(name, value, classes, leaves));
  return hashes;
}

function asMap(values: Values): ReadonlyMap<string, unknown> {
  return types.isMap(values) ? values : new Map(Object.entries(values));
}

/** A table that stands alone is stored as what other programs open; null where that cannot hold it. */
async function asArrowFile(value: unknown, leaves: Leaves): Promise<Uint8Array | null> {
  if (typeof value !== "object" || value === null || typeOfValue(value) !== "table" || !isTable(value)) return null;
  const { toArrowFile } = await import("./arrow-table.js");
  return toArrowFile(leaves.plainTable(value));
}

/** `json`, `table`, `tensor`, `model` or `bytes`. */
export function typeOfValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return "json";
  const custom = isPlain(value) ? null : codecFor(value);
  if (custom !== null) return `codec:${custom.name}`;
  if (isTable(value)) return "table";
  if (isTensor(value)) return "tensor";
  if (isLayersModel(value) || isGraphModel(value)) return "model";
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) ? "bytes" : "json";
}

/** What `kindOf` asks no codec about. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || [Object, Array, Map, Set, Date].some((maker) => maker.prototype === prototype);
}
