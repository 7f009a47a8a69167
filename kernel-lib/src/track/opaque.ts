import { types } from "node:util";
import { dataProperty, isLayersModel, isTable, isTensor, type LayersModelLike } from "../display/known-values.js";
import { isProjectModule } from "./project-modules.js";
import { proxyTarget } from "./proxy-targets.js";
import { weakVersion } from "./weak-versions.js";

/**
 * Values whose inside is not walked: what cannot change (arquero tables, tensors), what has no value of
 * its own (promises, iterators) or none that can be seen (weak maps, told by how often they changed), what must not be touched (proxies, of which only the target is known), and what is not the person's.
 */
export function isOpaque(value: object): boolean {
  if (types.isProxy(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype || prototype === Map.prototype || prototype === Function.prototype) return false;
  // Most objects are rows; a table, tensor or model is never a bare object.
  if (prototype === Object.prototype) return value === globalThis;
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    (types.isModuleNamespaceObject(value) && !isProjectModule(value)) ||
    types.isExternal(value) ||
    value === globalThis ||
    value === process ||
    isTable(value) ||
    isTensor(value) ||
    isLayersModel(value)
  );
}

/** What stands for an opaque value: it changed if one of these did. */
export function identityOf(value: object): readonly unknown[] {
  if (types.isProxy(value)) return [proxyTarget(value)];
  if (types.isWeakMap(value) || types.isWeakSet(value)) return [weakVersion(value)];
  if (isTensor(value)) return [dataProperty(value, "dataId"), dataProperty(value, "isDisposedInternal")];
  if (isLayersModel(value)) return weightsOf(value);
  return [];
}

/** A tfjs variable gets a new `dataId` with each assignment. */
function weightsOf(model: LayersModelLike): unknown[] {
  try {
    return model.weights.map((weight) => dataProperty(weight.read(), "dataId"));
  } catch {
    // A model that has not been built has no weights yet.
    return [];
  }
}
