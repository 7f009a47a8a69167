/** arquero tables, by their methods: the notebook may have its own copy of arquero. */
export interface TableLike {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  column(name: string): ColumnLike;
  reify(): TableLike;
  isGrouped(): boolean;
  groups(): GroupsLike | null;
}

export interface ColumnLike {
  readonly length: number;
  at(index: number): unknown;
  toArray?(): ArrayLike<unknown>;
}

export interface GroupsLike {
  readonly names: readonly string[];
  readonly get: readonly ((row: number, data: unknown) => unknown)[];
  readonly rows: ArrayLike<number>;
  readonly size: number;
  readonly keys: Uint32Array;
}

export interface TensorLike {
  readonly dtype: string;
  readonly shape: number[];
  readonly isDisposed: boolean;
  readonly name?: string;
  readonly trainable?: boolean;
  data(): Promise<ArrayLike<unknown> & object>;
  bytes(): Promise<Uint8Array | Uint8Array[]>;
}

export interface ModelLike {
  readonly layers?: readonly unknown[];
  countParams?(): number;
  save(handler: { save(artifacts: object): Promise<object> }, config?: { includeOptimizer: boolean }): Promise<unknown>;
}

export function isTable(value: object): value is TableLike {
  return hasMethods(value, ["numRows", "numCols", "columnNames", "column", "reify"]);
}

export function isTensor(value: object): value is TensorLike {
  return hasMethods(value, ["dataSync", "bytes"]) && "dtype" in value && "shape" in value && "dataId" in value;
}

export function isLayersModel(value: object): value is ModelLike {
  return hasMethods(value, ["predict", "save", "getWeights"]) && "layers" in value;
}

export function isGraphModel(value: object): value is ModelLike {
  return hasMethods(value, ["predict", "save", "executeAsync"]) && "modelSignature" in value;
}

export function isHistory(value: object): boolean {
  return (
    hasMethods(value, ["onEpochEnd", "syncData", "setParams"]) &&
    Object.hasOwn(value, "epoch") &&
    Object.hasOwn(value, "history")
  );
}

/** Looks at methods of the prototypes only: a person's getters are never called. */
export function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every((name) => {
    for (
      let level: object | null = Object.getPrototypeOf(value);
      level !== null;
      level = Object.getPrototypeOf(level)
    ) {
      const found = Object.getOwnPropertyDescriptor(level, name);
      if (found) return typeof found.value === "function";
    }
    return false;
  });
}
