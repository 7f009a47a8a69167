import { createHash } from "node:crypto";
import { CannotStoreError } from "./cannot-store-error.js";
import type { ObjectKind } from "./kinds.js";
import type { ModelLike, TensorLike } from "./library-types.js";

/** A tensor or model as bytes. */
export interface Leaf {
  /** sha256 (hex) of what counts of it. */
  readonly hash: string;
  readonly kind: "tensor" | "variable" | "model" | "graph-model" | "custom";
  /** Plain JSON: shape and type, or topology and weight specs. */
  readonly meta: unknown;
  readonly bytes: Uint8Array;
}

const TENSOR_TYPES = new Set(["float32", "int32", "bool", "string"]);

export async function captureTensor(tensor: TensorLike, path: string): Promise<Leaf> {
  if (tensor.isDisposed)
    throw new CannotStoreError(path, "a tensor that was disposed", "Keep it alive (tf.keep) or store its data instead");
  if (!TENSOR_TYPES.has(tensor.dtype))
    throw new CannotStoreError(path, `a tensor of type ${tensor.dtype}`, "Store its parts (tf.real, tf.imag) instead");
  const found = await tensor.bytes();
  const parts = Array.isArray(found) ? found : [found];
  const lengths = Array.isArray(found) ? found.map((part) => part.length) : null;
  const isVariable = typeof tensor.trainable === "boolean";
  const meta = {
    dtype: tensor.dtype,
    shape: [...tensor.shape],
    lengths,
    ...(isVariable ? { trainable: tensor.trainable, name: tensor.name } : {}),
  };
  const bytes = Buffer.concat(parts);
  // A variable's name counts upwards in a session; its value is what it is.
  const { name: _name, ...counts } = { name: undefined, ...meta };
  return { hash: hashOf(counts, bytes), kind: isVariable ? "variable" : "tensor", meta, bytes };
}

/** What tfjs hands to a save handler, as far as we look into it. */
interface ModelArtifacts {
  readonly weightData?: ArrayBuffer | ArrayBuffer[];
  readonly weightSpecs?: readonly { readonly name: string; readonly group?: string }[];
  readonly [more: string]: unknown;
}

export async function captureModel(model: ModelLike, kind: ObjectKind["kind"], path: string): Promise<Leaf> {
  let artifacts: ModelArtifacts | null = null;
  const handler = {
    save: async (given: object): Promise<object> => {
      artifacts = given as ModelArtifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    },
  };
  try {
    await model.save(handler, { includeOptimizer: true }).catch(async () => {
      // A loss that is a function of the person's own has no name to store: the model is kept, to be compiled again.
      await model.save(handler);
    });
  } catch (error) {
    throw new CannotStoreError(
      path,
      `a model that tfjs cannot save (${error instanceof Error ? error.message : String(error)})`,
      "Build it from layers that have a configuration",
    );
  }
  const { weightData, ...meta } = artifacts ?? ({} as ModelArtifacts);
  const bytes = Buffer.concat(
    (Array.isArray(weightData) ? weightData : weightData ? [weightData] : []).map((part) => new Uint8Array(part)),
  );
  // Names of optimizer weights carry a count of the session; which version of tfjs wrote it does not matter either.
  const { generatedBy: _by, convertedBy: _converted, ...counts } = meta;
  const specs = meta.weightSpecs?.map((spec) => (spec.group === "optimizer" ? { ...spec, name: "" } : spec));
  return {
    hash: hashOf({ ...counts, weightSpecs: specs }, bytes),
    kind: kind === "graph-model" ? "graph-model" : "model",
    meta,
    bytes,
  };
}

function hashOf(meta: object, bytes: Uint8Array): string {
  return createHash("sha256").update(canonicalJson(meta)).update("\n").update(bytes).digest("hex");
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What tfjs's namespace must offer to make tensors and models again. */
interface TfjsLike {
  tensor(values: unknown, shape: readonly number[], dtype: string): object;
  variable(tensor: object, trainable: boolean, name?: string): object;
  loadLayersModel(handler: { load(): Promise<object> }): Promise<object>;
  loadGraphModel(handler: { load(): Promise<object> }): Promise<object>;
}

export async function restoreLeaf(namespace: object, leaf: Omit<Leaf, "hash">): Promise<object> {
  // The namespace is the notebook's own tfjs, which has had these names since version 1.
  const tf = namespace as TfjsLike;
  if (leaf.kind === "model" || leaf.kind === "graph-model") {
    const weightData = Uint8Array.from(leaf.bytes).buffer;
    const handler = { load: async () => ({ ...(leaf.meta as object), weightData }) };
    return leaf.kind === "model" ? tf.loadLayersModel(handler) : tf.loadGraphModel(handler);
  }
  const meta = leaf.meta as { dtype: string; shape: number[]; lengths: number[] | null; trainable?: boolean };
  const tensor = tf.tensor(tensorValues(meta, leaf.bytes), meta.shape, meta.dtype);
  return leaf.kind === "variable" ? tf.variable(tensor, meta.trainable ?? true) : tensor;
}

function tensorValues(meta: { dtype: string; lengths: number[] | null }, bytes: Uint8Array): unknown {
  // A copy of its own starts at 0, as wider elements need.
  const { buffer } = Uint8Array.from(bytes);
  switch (meta.dtype) {
    case "string": {
      let offset = 0;
      return (meta.lengths ?? []).map((length) => {
        offset += length;
        return bytes.slice(offset - length, offset);
      });
    }
    case "int32":
      return new Int32Array(buffer);
    case "bool":
      return new Uint8Array(buffer);
    default:
      return new Float32Array(buffer);
  }
}
