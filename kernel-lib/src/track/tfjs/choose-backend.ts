/** What a training asks of a backend: from the model and the sizes of its data alone, so that it is the same everywhere. */
export interface TrainingWork {
  /** Floating point operations of one batch, forward and back. */
  readonly batchFlops: number;
  /** Of the whole training. */
  readonly flops: number;
  /** Class names of the layers. */
  readonly layers: readonly string[];
  /** False if its loss is a function of the person's own, which may call anything. */
  readonly hasKnownLoss: boolean;
}

/** By tfjs's own names; `tensorflow` is that of tfjs-node. */
export type BackendName = "cpu" | "wasm" | "tensorflow";

export interface BackendChoice {
  readonly backend: BackendName;
  /** The end of a sentence that begins with "because". */
  readonly because: string;
}

/** Loading another backend pays from here on: half a second's work in plain JavaScript. */
const WORTH_WASM = 1e8;

/** A call of tfjs-node costs 40 to 80 microseconds whatever its size; from here on a batch's arithmetic outweighs that. */
const WORTH_NATIVE_BATCH = 1e7;

/** Layers whose gradients WebAssembly computes. Its convolutions and embeddings have none. */
const IN_WASM = new Set([
  "InputLayer",
  "Dense",
  "Activation",
  "ReLU",
  "LeakyReLU",
  "Softmax",
  "Dropout",
  "Flatten",
  "Reshape",
  "BatchNormalization",
  "Add",
  "Concatenate",
]);

/** The backend for a training. `hasNative`: whether tfjs-node is set up here. */
export function chooseBackend(work: TrainingWork, hasNative: boolean): BackendChoice {
  if (work.flops < WORTH_WASM) return { backend: "cpu", because: "the training is small" };
  const stranger = work.layers.find((name) => !IN_WASM.has(name));
  if (hasNative && (stranger !== undefined || work.batchFlops >= WORTH_NATIVE_BATCH))
    return {
      backend: "tensorflow",
      because: stranger === undefined ? "its batches are large" : `it has a ${stranger} layer`,
    };
  if (stranger !== undefined) return { backend: "cpu", because: `WebAssembly cannot train its ${stranger} layer` };
  if (!work.hasKnownLoss) return { backend: "cpu", because: "its loss is a function of its own" };
  return { backend: "wasm", because: "all its layers can be trained in WebAssembly" };
}
