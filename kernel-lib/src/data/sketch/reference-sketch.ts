/**
 * What is kept of reference rows: enough to tell later whether other rows follow the same distributions, column by
 * column, without the rows. Plain JSON; the same rows give the same sketch, byte for byte.
 */
export interface ReferenceSketch {
  readonly version: 1;
  readonly rows: number;
  /** In the rows' own order of columns. */
  readonly columns: readonly ColumnSketch[];
}

export type ColumnSketch = NumericSketch | CategoricalSketch;

interface SketchBase {
  readonly name: string;
  /** Rows with a value. */
  readonly count: number;
  /** Rows without one: null, undefined, empty text, NaN. */
  readonly missing: number;
}

/** Of numbers, and of dates as milliseconds since 1970. A column without any value is categorical. */
export interface NumericSketch extends SketchBase {
  readonly kind: "numeric" | "date";
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation, by n - 1; 0 of a single value. */
  readonly deviation: number;
  readonly deciles: Bins;
  readonly distribution: Distribution;
}

/** Counts of values in (-∞, e0], (e0, e1], … (e_last, ∞): one more than edges. Edges are values, all different. */
export interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * An empirical distribution function: `upTo[i]` values are at most `values[i]`, which ascend. Exact where `exact`, else
 * kept at evenly spread ranks, and between two kept values off by less than 1/4096 of all.
 */
export interface Distribution {
  readonly exact: boolean;
  readonly values: readonly number[];
  readonly upTo: readonly number[];
}

export interface CategoricalSketch extends SketchBase {
  /** `text`: names, ids, prose. So many different values that their shares say nothing. */
  readonly kind: "categorical" | "text";
  readonly distinct: number;
  /** The commonest, largest first, equals by name. */
  readonly categories: readonly { readonly value: string; readonly count: number }[];
  /** Rows with a value that is not among `categories`. */
  readonly other: number;
}
