import { isLayersModel, type LayersModelLike } from "../display/known-values.js";
import type { FitFacts } from "../lineage/cell-trace.js";
import type { ActiveCell } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";
import { type FitOptions, withEpochNews } from "./epoch-news.js";

/** What is used of `@tensorflow/tfjs-core`. */
export interface TfjsCore {
  getBackend(): string;
}

/** What is used of `@tensorflow/tfjs-layers`. `Sequential` holds a `LayersModel` and calls its `fit`. */
export interface TfjsLayers {
  readonly LayersModel: { readonly prototype: object };
  readonly CustomCallback: new (config: object, yieldEvery: string) => object;
}

type Fit = (this: unknown, ...given: unknown[]) => Promise<unknown>;

/** Records each training of the running cell; the training itself, its result and its timing stay as they are. */
export function trackFit(layers: TfjsLayers, backend: () => string | null): void {
  // The prototype of every LayersModel has both.
  const prototype = layers.LayersModel.prototype as { fit: Fit; fitDataset: Fit };
  for (const [name, optionsAt] of [
    ["fit", 2],
    ["fitDataset", 1],
  ] as const) {
    const original = prototype[name];
    prototype[name] = async function (...given) {
      const recorder = currentRecorder();
      if (recorder === undefined || recorder.finished) return original.apply(this, given);
      const options = optionsOf(given[optionsAt]);
      const epochs = options.epochs ?? 1;
      if (recorder.options.onNews !== undefined) {
        given[optionsAt] = withEpochNews(options, layers.CustomCallback, (epoch, values) =>
          recorder.tell({ kind: "epoch", epoch, epochs, values }),
        );
      }
      const started = performance.now();
      const history = await original.apply(this, given);
      record(recorder, this, { ...options, epochs }, history, performance.now() - started, backend);
      return history;
    };
  }
}

function optionsOf(given: unknown): FitOptions {
  // tfjs itself checks what it was given.
  return typeof given === "object" && given !== null ? (given as FitOptions) : {};
}

/** tfjs's own default; a data set comes in batches already. */
const DEFAULT_BATCH_SIZE = 32;

function record(
  recorder: ActiveCell,
  model: unknown,
  options: FitOptions,
  result: unknown,
  durationMs: number,
  backend: () => string | null,
): void {
  try {
    if (!isLayersModel(model)) return;
    const { optimizer, loss } = model as LayersModelLike & { optimizer?: { getClassName?(): string }; loss?: unknown };
    const history = (result as { history?: Record<string, readonly unknown[]> }).history ?? {};
    const fit: FitFacts = {
      epochs: Object.values(history)[0]?.length ?? options.epochs ?? 1,
      batchSize: options.batchSize ?? DEFAULT_BATCH_SIZE,
      optimizer: optimizer?.getClassName?.() ?? null,
      loss:
        typeof loss === "string"
          ? loss
          : typeof loss === "function"
            ? loss.name
            : loss === undefined
              ? null
              : JSON.stringify(loss),
      parameters: model.countParams(),
      layers: model.layers.filter((layer) => layer.getClassName() !== "InputLayer").map(describeLayer),
      backend: backend(),
      history: Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values.filter(isNumber)])),
      durationMs,
    };
    recorder.fit(fit);
  } catch {
    // Tracking may fail; the training may not.
  }
}

function describeLayer(layer: LayersModelLike["layers"][number]): string {
  return `${layer.getClassName()} ${JSON.stringify(layer.outputShape)}, ${layer.countParams()} parameters`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
