import { types } from "node:util";

/*
 * Values of well-known libraries, told by their shape: the notebook may hold another copy of a library than ours.
 */

/** An arquero table, by its shape: the notebook may hold another copy of the library than ours. */
export function isTable(value: unknown): value is TableLike {
  return hasMethods(value, ["numRows", "numCols", "columnNames", "columnAt", "objects"]);
}

/** What is used of an arquero table. */
export interface TableLike {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  columnAt(index: number): unknown;
  objects(options: { readonly limit?: number; readonly offset?: number }): Record<string, unknown>[];
}

/** A tfjs tensor or variable. */
export function isTensor(value: unknown): value is TensorLike {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    dataProperty(value, "dataId") !== undefined &&
    Array.isArray(dataProperty(value, "shape")) &&
    typeof dataProperty(value, "dtype") === "string"
  );
}

/** What is used of a tfjs tensor. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  toString(verbose?: boolean): string;
}

/** A tfjs layers model. */
export function isLayersModel(value: unknown): value is LayersModelLike {
  return hasMethods(value, ["fit", "fitDataset", "predict", "getWeights", "countParams"]);
}

export interface LayersModelLike {
  readonly layers: readonly LayerLike[];
  readonly weights: readonly { read(): object }[];
  countParams(): number;
  summary(lineLength: number | undefined, positions: undefined, print: (line: string) => void): void;
}

export interface LayerLike {
  readonly name: string;
  readonly outputShape: unknown;
  getClassName(): string;
  countParams(): number;
}

/** A tfjs graph model, as converters make it: no layers, but named ends. */
export function isGraphModel(value: unknown): value is GraphModelLike {
  return hasMethods(value, ["execute", "executeAsync", "predict"]) && !isLayersModel(value);
}

export interface GraphModelLike {
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
}

interface GraphEnd {
  readonly name: string;
  readonly dtype?: string;
  readonly shape?: readonly number[];
}

/** A canvas of one of the packages that draw in Node. */
export function isCanvas(value: unknown): value is { toDataURL(): string } {
  return hasMethods(value, ["getContext", "toDataURL"]);
}

/** An element of one of the packages that have a DOM for Node: Observable Plot and D3 draw into such. */
export function isElement(value: object): value is { readonly outerHTML: string } {
  return "outerHTML" in value && "nodeType" in value && value.nodeType === 1 && typeof value.outerHTML === "string";
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return names.every((name) => typeof dataProperty(value, name) === "function");
}

/** A data property of the object or its prototypes; getters are not called. */
export function dataProperty(object: object, key: string): unknown {
  for (let at: object | null = object; at !== null && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return "value" in descriptor ? descriptor.value : undefined;
  }
  return undefined;
}
