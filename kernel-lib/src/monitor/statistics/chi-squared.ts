import { upperGamma } from "./incomplete-gamma.js";
import type { TestResult } from "./test-result.js";

/** Below this an expected count makes the chi-squared approximation a poor one (Cochran, Biometrics 10, 1954). */
const EXPECTED_AT_LEAST = 5;

/**
 * Pearson's chi-squared test that two sets of counts over the same categories have the same shares (the test of a
 * 2 × k table, without continuity correction), k - 1 degrees of freedom. Categories that are empty on both sides do not
 * count; with fewer than two of them, or an empty side, nothing can differ: statistic 0, p 1.
 */
export function chiSquared(a: readonly number[], b: readonly number[]): TestResult {
  const pairs = a.map((count, index) => ({ a: count, b: b[index] ?? 0 })).filter((pair) => pair.a + pair.b > 0);
  const sumA = pairs.reduce((sum, pair) => sum + pair.a, 0);
  const sumB = pairs.reduce((sum, pair) => sum + pair.b, 0);
  if (pairs.length < 2 || sumA === 0 || sumB === 0) return { statistic: 0, pValue: 1 };
  const statistic = pairs.reduce((sum, pair) => {
    const share = (pair.a + pair.b) / (sumA + sumB);
    return sum + (pair.a - share * sumA) ** 2 / (share * sumA) + (pair.b - share * sumB) ** 2 / (share * sumB);
  }, 0);
  return { statistic, pValue: upperGamma((pairs.length - 1) / 2, statistic / 2) };
}

/** Joins the categories that are expected less than five times on a side into one, with the next larger if that is not enough. */
export function poolRare(
  a: readonly number[],
  b: readonly number[],
): { readonly a: readonly number[]; readonly b: readonly number[] } {
  const pairs = a.map((count, index) => ({ a: count, b: b[index] ?? 0 })).filter((pair) => pair.a + pair.b > 0);
  const sumA = pairs.reduce((sum, pair) => sum + pair.a, 0);
  const sumB = pairs.reduce((sum, pair) => sum + pair.b, 0);
  const smallerSide = Math.min(sumA, sumB) / (sumA + sumB);
  const isRare = (pair: { readonly a: number; readonly b: number }): boolean =>
    (pair.a + pair.b) * smallerSide < EXPECTED_AT_LEAST;
  pairs.sort((x, y) => y.a + y.b - (x.a + x.b));
  const pool = { a: 0, b: 0 };
  for (let last = pairs.at(-1); last && (isRare(last) || (pool.a + pool.b > 0 && isRare(pool))); last = pairs.at(-1)) {
    pairs.pop();
    pool.a += last.a;
    pool.b += last.b;
  }
  if (pool.a + pool.b > 0) pairs.push(pool);
  return { a: pairs.map((pair) => pair.a), b: pairs.map((pair) => pair.b) };
}
