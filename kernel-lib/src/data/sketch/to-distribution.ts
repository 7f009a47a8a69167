import type { Distribution } from "./reference-sketch.js";

/** Values kept of one column at most; also bounds the error between two of them, see `Distribution`. */
export const KEPT_VALUES = 4096;

/**
 * The distribution function of sorted values: whole where at most `kept` differ, else at evenly spread ranks. No chance
 * is in it, and its error is a sixtieth of that of a random sample of the same size.
 */
export function toDistribution(sorted: Float64Array, kept: number = KEPT_VALUES): Distribution {
  const values: number[] = [];
  const upTo: number[] = [];
  for (let index = 0; index < sorted.length; index += 1) {
    const value = sorted[index] ?? 0;
    if (value === sorted[index + 1]) continue;
    values.push(value);
    upTo.push(index + 1);
  }
  if (values.length <= kept) return { exact: true, values, upTo };
  const thin: { values: number[]; upTo: number[] } = { values: [], upTo: [] };
  // The rank that the next kept value must reach; the first and the last value are always kept.
  let rank = 1;
  for (const [index, count] of upTo.entries()) {
    const isEnd = index === values.length - 1;
    if (count < rank && !isEnd) continue;
    thin.values.push(values[index] ?? 0);
    thin.upTo.push(count);
    rank = (Math.floor((count * (kept - 1)) / sorted.length) + 1) * (sorted.length / (kept - 1));
  }
  return { exact: false, ...thin };
}
