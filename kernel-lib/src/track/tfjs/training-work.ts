import type { LayersModelLike } from "../../display/known-values.js";
import type { TrainingWork } from "./choose-backend.js";

/** A data set does not tell its size before it is read. */
const UNKNOWN_ROWS = 10_000;

/** tfjs's own default. */
const BATCH_SIZE = 32;

/** A multiplication and an addition for each weight; and back, which is twice as much. */
const FLOPS_PER_WEIGHT = 6;

/** What a `fit` of a model on `data` (a tensor, tensors, or a data set) asks of a backend. */
export function trainingWork(
  model: LayersModelLike & { readonly loss?: unknown },
  data: unknown,
  options: { readonly epochs?: number; readonly batchSize?: number },
): TrainingWork {
  const rows = rowsOf(data) ?? UNKNOWN_ROWS;
  const perRow = model.layers.reduce((sum, layer) => sum + layer.countParams() * placesOf(layer.outputShape), 0);
  const perEpoch = FLOPS_PER_WEIGHT * perRow * rows;
  const batch = Math.min(options.batchSize ?? BATCH_SIZE, rows);
  return {
    batchFlops: FLOPS_PER_WEIGHT * perRow * batch,
    flops: perEpoch * (options.epochs ?? 1),
    layers: model.layers.map((layer) => layer.getClassName()),
    hasKnownLoss: typeof model.loss === "string" || (Array.isArray(model.loss) && model.loss.every(isString)),
  };
}

/** How often a layer uses each of its weights for a row: a convolution at each place of its output. `[null, height, width, channels]` */
function placesOf(shape: unknown): number {
  if (!Array.isArray(shape)) return 1;
  const inner: unknown[] = shape.slice(1, -1);
  return inner.reduce<number>((product, size) => product * (typeof size === "number" ? size : 1), 1);
}

function rowsOf(data: unknown): number | null {
  if (typeof data !== "object" || data === null) return null;
  const first: unknown = "shape" in data ? data : Object.values(data)[0];
  if (typeof first !== "object" || first === null || !("shape" in first) || !Array.isArray(first.shape)) return null;
  const rows: unknown = first.shape[0];
  return typeof rows === "number" ? rows : null;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}
