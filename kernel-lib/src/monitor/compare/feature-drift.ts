import type { ColumnSketch } from "../../data/sketch/reference-sketch.js";

/** How one column's distribution differs from the reference's. Plain JSON. */
export interface FeatureDrift {
  readonly name: string;
  readonly kind: ColumnSketch["kind"];
  /** Population stability index; missing values are a bin of their own. */
  readonly psi: number;
  /** Of a numeric column whose gaps changed more surely than its values, `chi2` over present and missing. */
  readonly test: "ks" | "chi2";
  readonly statistic: number;
  readonly pValue: number;
  /** By Holm's method over all features. */
  readonly pCorrected: number;
  /** True where both the corrected p-value and the index say so. */
  readonly drifted: boolean;
  /** Shares in 0..1. */
  readonly missing: { readonly reference: number; readonly current: number };
  /** What changed, for a person: `mean 4201 → 5462`. */
  readonly note: string;
}

/** A feature before it is held against the others. */
export type MeasuredFeature = Omit<FeatureDrift, "pCorrected" | "drifted" | "missing">;
