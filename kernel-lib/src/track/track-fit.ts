import { isLayersModel, type LayersModelLike } from "../display/known-values.js";
import type { FitFacts } from "../lineage/cell-trace.js";
import type { ActiveCell } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";
import { type FitOptions, withEpochNews } from "./epoch-news.js";
import type { BackendKeeper } from "./tfjs/backend-keeper.js";
import type { TfjsCore } from "./tfjs/tfjs-core.js";
import { trainingWork } from "./tfjs/training-work.js";

/** What is used of `@tensorflow/tfjs-layers`. `Sequential` holds a `LayersModel` and calls its `fit`. */
export interface TfjsLayers {
  readonly LayersModel: { readonly prototype: object };
  readonly CustomCallback: new (config: object, yieldEvery: string) => object;
}

/** The process's tfjs, and who chooses its backend for a training; null once that failed. */
export interface TfjsBackends {
  readonly core: TfjsCore;
  readonly keeper: BackendKeeper | null;
}

type Fit = (this: unknown, ...given: unknown[]) => Promise<unknown>;

/** Records each training of the running cell, and has it run on the backend that fits it; else it stays as it is. */
export function trackFit(layers: TfjsLayers, backends: () => TfjsBackends | null): void {
  // The prototype of every LayersModel has both.
  const prototype = layers.LayersModel.prototype as { fit: Fit; fitDataset: Fit };
  for (const [name, optionsAt] of [
    ["fit", 2],
    ["fitDataset", 1],
  ] as const) {
    const original = prototype[name];
    prototype[name] = async function (...given) {
      const recorder = currentRecorder();
      const options = optionsOf(given[optionsAt]);
      const keeper = isLayersModel(this) ? (backends()?.keeper ?? null) : null;
      const during = <T>(train: () => Promise<T>): Promise<T> =>
        keeper === null || !isLayersModel(this)
          ? train()
          : keeper.during(() => trainingWork(this, optionsAt === 2 ? given[0] : undefined, options), train);
      if (recorder === undefined || recorder.finished) return during(() => original.apply(this, given));
      const epochs = options.epochs ?? 1;
      if (recorder.options.onNews !== undefined) {
        given[optionsAt] = withEpochNews(options, layers.CustomCallback, (epoch, values) =>
          recorder.tell({ kind: "epoch", epoch, epochs, values }),
        );
      }
      const started = performance.now();
      return during(async () => {
        const history = await original.apply(this, given);
        const backend = backends()?.core.getBackend() ?? null;
        record(recorder, this, { ...options, epochs }, history, performance.now() - started, backend);
        return history;
      });
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
  backend: string | null,
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
      backend,
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
