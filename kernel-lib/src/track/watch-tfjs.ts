import { type TfjsCore, type TfjsLayers, trackFit } from "./track-fit.js";
import { onModuleLoad } from "./watch-modules.js";

/**
 * Patches `fit` when the notebook, or a package of it, loads TensorFlow.js. Its packages are CommonJS in Node, so
 * each load passes `Module._load`, by `import` as well as by `require`.
 */
export function watchTfjs(): void {
  onModuleLoad(/tfjs/, noteLoaded);
}

let core: TfjsCore | undefined;
const tracked = new WeakSet<object>();

function noteLoaded(loaded: unknown): void {
  if (typeof loaded !== "object" || loaded === null) return;
  const module = loaded as Partial<TfjsCore & TfjsLayers>;
  if (typeof module.getBackend === "function") core = { getBackend: module.getBackend };
  if ("MathBackendCPU" in loaded && typeof loaded.MathBackendCPU === "function") hushBackend(loaded.MathBackendCPU);
  const { LayersModel, CustomCallback } = module;
  if (typeof LayersModel !== "function" || typeof CustomCallback !== "function" || tracked.has(LayersModel)) return;
  tracked.add(LayersModel);
  trackFit({ LayersModel, CustomCallback }, () => core?.getBackend() ?? null);
}

/**
 * At its first use the CPU backend prints an advertisement for another package to standard error, in each kernel and
 * in each step. It does so only while `firstUse` is true.
 */
function hushBackend(backend: { readonly prototype: object }): void {
  if (Object.hasOwn(backend.prototype, "firstUse")) return;
  Object.defineProperty(backend.prototype, "firstUse", { get: () => false, set: () => {}, configurable: true });
}
