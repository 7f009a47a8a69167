/**
 * How values stand in a stored object's header. A plain JSON value stands for itself; the rest is a short array whose
 * first element says what it is.
 */
export type Encoded = null | boolean | number | string | readonly [code: number, ...rest: (number | string)[]];

export const CODE = {
  undefined: 0,
  nan: 1,
  infinity: 2,
  minusInfinity: 3,
  minusZero: 4,
  /** `[5, "123"]` */
  bigint: 5,
  /** `[6, index of node]` */
  node: 6,
  /** A place of an array that holds nothing. */
  hole: 7,
  /** `[8, index of pool, index in it]` */
  pooled: 8,
  /** `[9, milliseconds]`; an invalid date has none. */
  date: 9,
  /** `[10, "key"]` of `Symbol.for("key")` */
  symbol: 10,
  /** `[11, "iterator"]` of `Symbol.iterator` */
  knownSymbol: 11,
} as const;

/** A list of values of one kind. `b` are indices of blobs. */
export type EncodedColumn =
  /** As they stand. */
  | { readonly t: "values"; readonly v: readonly Encoded[] }
  /** The same as JSON in blobs, for long ones. */
  | { readonly t: "json"; readonly b: readonly number[] }
  | { readonly t: "double"; readonly b: number }
  | { readonly t: "boolean"; readonly b: number }
  | { readonly t: "date"; readonly b: number }
  | { readonly t: "bigint"; readonly b: readonly number[] }
  | { readonly t: "string"; readonly b: readonly number[] }
  /** Strings that repeat: the distinct ones, and for each place the index of one. */
  | { readonly t: "words"; readonly words: readonly string[]; readonly width: 1 | 2 | 4; readonly b: number }
  /** Objects of one pool: a run of them, or their indices. */
  | { readonly t: "run"; readonly pool: number; readonly from: number; readonly n: number }
  | { readonly t: "picks"; readonly pool: number; readonly b: number }
  /** With gaps: for each place 0 (a value, the next of `of`), 1 (null), 2 (undefined) or 3 (nothing). */
  | { readonly t: "gaps"; readonly b: number; readonly of: EncodedColumn }
  /** A typed array (tables only). */
  | { readonly t: "typed"; readonly type: string; readonly b: number };

/** Objects, or short arrays, of one shape, stored by column. */
export interface EncodedPool {
  /** Keys in their order; null for arrays of `columns.length` elements. */
  readonly keys: readonly string[] | null;
  readonly n: number;
  readonly columns: readonly EncodedColumn[];
  readonly state?: ObjectState;
  readonly className?: string;
  /** No prototype. */
  readonly bare?: true;
}

/** 1: no new properties (`preventExtensions`), 2: sealed, 3: frozen. */
export type ObjectState = 1 | 2 | 3;

export type EncodedNode = EncodedNodeContent & {
  readonly state?: ObjectState;
  readonly className?: string;
  /** Further own properties. */
  readonly more?: { readonly keys: readonly string[]; readonly values: EncodedColumn };
};

type EncodedNodeContent =
  /** `at`: places of a sparse array that hold something. */
  | { readonly k: "array"; readonly length: number; readonly values: EncodedColumn; readonly at?: readonly number[] }
  | { readonly k: "map"; readonly keys: EncodedColumn; readonly values: EncodedColumn }
  | { readonly k: "set"; readonly values: EncodedColumn }
  | { readonly k: "date"; readonly ms: number | null }
  | { readonly k: "regexp"; readonly source: string; readonly flags: string; readonly lastIndex: number }
  | { readonly k: "url"; readonly href: string }
  | { readonly k: "boxed"; readonly value: Encoded }
  | {
      readonly k: "error";
      readonly type: string;
      readonly message: string;
      readonly stack: string | null;
      readonly cause?: Encoded;
      readonly errors?: Encoded;
    }
  | { readonly k: "buffer"; readonly shared: boolean; readonly b: number }
  /** A view with a buffer of its own. */
  | { readonly k: "bytes"; readonly type: string; readonly b: number }
  | {
      readonly k: "view";
      readonly type: string;
      readonly buffer: Encoded;
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly k: "table";
      readonly names: readonly string[];
      readonly columns: readonly EncodedColumn[];
      readonly groups: {
        readonly names: readonly string[];
        readonly keys: number;
        readonly values: readonly EncodedColumn[];
      } | null;
    }
  | {
      readonly k: "leaf";
      readonly kind: "tensor" | "variable" | "model" | "graph-model" | "custom";
      readonly meta: unknown;
      readonly b: number;
    };

/** The header of a stored object. */
export interface EncodedBundle {
  readonly v: 1;
  readonly names: Readonly<Record<string, Encoded>>;
  readonly pools: readonly EncodedPool[];
  readonly nodes: readonly EncodedNode[];
}
