import { types } from "node:util";

/**
 * Values whose inside is not walked: what cannot change (arquero tables, tensors), what has no value of
 * its own (promises, iterators, weak maps), what must not be touched (proxies), and what is not the person's.
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
    types.isModuleNamespaceObject(value) ||
    types.isExternal(value) ||
    types.isNativeError(value) ||
    types.isRegExp(value) ||
    value === globalThis ||
    value === process ||
    isTable(value) ||
    isTensor(value) ||
    isLayersModel(value)
  );
}

/** What stands for an opaque value: it changed if one of these did. */
export function identityOf(value: object): readonly unknown[] {
  if (types.isProxy(value)) return [];
  if (types.isRegExp(value)) return [dataProperty(value, "lastIndex")];
  if (isTensor(value)) return [dataProperty(value, "dataId"), dataProperty(value, "isDisposedInternal")];
  if (isLayersModel(value)) return weightsOf(value);
  return [];
}

/** An arquero table, by its shape: the notebook may hold another copy of the library than ours. */
export function isTable(value: unknown): value is TableLike {
  return hasMethods(value, ["numRows", "numCols", "columnNames", "columnAt"]);
}

export interface TableLike {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  columnAt(index: number): unknown;
}

/** A tfjs tensor or variable. */
export function isTensor(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    dataProperty(value, "dataId") !== undefined &&
    Array.isArray(dataProperty(value, "shape")) &&
    typeof dataProperty(value, "dtype") === "string"
  );
}

/** A tfjs layers model. */
export function isLayersModel(value: unknown): value is LayersModelLike {
  return hasMethods(value, ["fit", "fitDataset", "predict", "getWeights", "countParams"]);
}

export interface LayersModelLike {
  readonly layers: readonly LayerLike[];
  readonly weights: readonly { read(): object }[];
  countParams(): number;
}

export interface LayerLike {
  readonly name: string;
  readonly outputShape: unknown;
  getClassName(): string;
  countParams(): number;
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

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return names.every((name) => typeof dataProperty(value, name) === "function");
}

/** A data property of the object or its prototypes; getters are not called. */
function dataProperty(object: object, key: string): unknown {
  for (let at: object | null = object; at !== null && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return "value" in descriptor ? descriptor.value : undefined;
  }
  return undefined;
}
