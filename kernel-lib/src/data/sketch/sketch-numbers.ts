import type { Column } from "../rows.js";
import type { Bins, NumericSketch } from "./reference-sketch.js";
import { toDistribution } from "./to-distribution.js";

/** @param values the present ones, in any order; sorted in place */
export function sketchNumbers(column: Column, kind: NumericSketch["kind"], values: Float64Array): NumericSketch {
  const sorted = values.sort();
  const { mean, deviation } = moments(sorted);
  return {
    name: column.name,
    kind,
    count: sorted.length,
    missing: column.length - sorted.length,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    mean,
    deviation,
    deciles: decileBins(sorted),
    distribution: toDistribution(sorted),
  };
}

/** Two passes: the differences from the mean stay small, so that a large offset costs no digits. */
export function moments(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

/** Edges at the nine deciles (the smallest value that at least k tenths of all do not exceed), each once. */
function decileBins(sorted: Float64Array): Bins {
  const edges: number[] = [];
  for (let tenth = 1; tenth < 10; tenth += 1) {
    const edge = sorted[Math.ceil((sorted.length * tenth) / 10) - 1];
    if (edge !== undefined && edge !== edges.at(-1)) edges.push(edge);
  }
  return { edges, counts: countInBins(edges, sorted) };
}

/** Counts of values in (-∞, e0], (e0, e1], … (e_last, ∞). */
export function countInBins(edges: readonly number[], values: Iterable<number>): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    let bin = 0;
    while (bin < edges.length && value > (edges[bin] ?? Number.POSITIVE_INFINITY)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
