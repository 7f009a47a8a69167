import { BackendKeeper } from "./tfjs/backend-keeper.js";
import type { TfjsCore } from "./tfjs/tfjs-core.js";
import { type TfjsBackends, type TfjsLayers, trackFit } from "./track-fit.js";
import { onModuleLoad } from "./watch-modules.js";

/**
 * Patches `fit` when the notebook, or a package of it, loads TensorFlow.js. Its packages are CommonJS in Node, so
 * each load passes `Module._load`, by `import` as well as by `require`.
 */
export function watchTfjs(): void {
  onModuleLoad(/tfjs/, noteLoaded);
}

let backends: TfjsBackends | null = null;
const tracked = new WeakSet<object>();

function noteLoaded(loaded: unknown): void {
  if (typeof loaded !== "object" || loaded === null) return;
  const module = loaded as Partial<TfjsCore & TfjsLayers>;
  const core: Partial<TfjsCore> = module;
  if (backends === null && isCore(core)) backends = { core, keeper: keeperOf(core) };
  if ("MathBackendCPU" in loaded && typeof loaded.MathBackendCPU === "function") hushBackend(loaded.MathBackendCPU);
  const { LayersModel, CustomCallback } = module;
  if (typeof LayersModel !== "function" || typeof CustomCallback !== "function" || tracked.has(LayersModel)) return;
  tracked.add(LayersModel);
  trackFit({ LayersModel, CustomCallback }, () => backends);
}

function isCore(module: Partial<TfjsCore>): module is TfjsCore {
  const { getBackend, engine, matMul } = module;
  return [getBackend, engine, matMul].every((method) => typeof method === "function");
}

/** Another tfjs than ours may have another engine. Then its trainings stay as they are. */
function keeperOf(core: TfjsCore): BackendKeeper | null {
  try {
    return new BackendKeeper(core);
  } catch {
    return null;
  }
}

/**
 * At its first use the CPU backend prints an advertisement for another package to standard error, in each kernel and
 * in each step. It does so only while `firstUse` is true.
 */
function hushBackend(backend: { readonly prototype: object }): void {
  if (Object.hasOwn(backend.prototype, "firstUse")) return;
  Object.defineProperty(backend.prototype, "firstUse", { get: () => false, set: () => {}, configurable: true });
}
