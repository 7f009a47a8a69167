import type { Distribution } from "../../data/sketch/reference-sketch.js";
import type { TestResult } from "./test-result.js";

/**
 * The two-sample Kolmogorov-Smirnov test: the largest distance D between two empirical distribution functions. Its
 * p-value is the limiting distribution's at D (√n + 0.12 + 0.11 / √n) with n = n₁n₂ / (n₁ + n₂), Stephens' correction
 * for small samples (J. R. Stat. Soc. B 32, 1970). With ties it is conservative.
 */
export function kolmogorovSmirnov(a: Distribution, b: Distribution): TestResult {
  const statistic = largestDistance(a, b);
  const root = Math.sqrt((total(a) * total(b)) / (total(a) + total(b)));
  return { statistic, pValue: kolmogorovTail((root + 0.12 + 0.11 / root) * statistic) };
}

/** Both functions are flat between their steps, so the largest distance stands at a step of one of them. */
function largestDistance(a: Distribution, b: Distribution): number {
  let [i, j, largest] = [0, 0, 0];
  let [atA, atB] = [0, 0];
  while (i < a.values.length || j < b.values.length) {
    const nextA = a.values[i] ?? Number.POSITIVE_INFINITY;
    const nextB = b.values[j] ?? Number.POSITIVE_INFINITY;
    if (nextA <= nextB) {
      atA = (a.upTo[i] ?? 0) / total(a);
      i += 1;
    }
    if (nextB <= nextA) {
      atB = (b.upTo[j] ?? 0) / total(b);
      j += 1;
    }
    largest = Math.max(largest, Math.abs(atA - atB));
  }
  return largest;
}

function total(distribution: Distribution): number {
  return distribution.upTo.at(-1) ?? 0;
}

/**
 * P(K > x) of Kolmogorov's distribution. Two series for the same function (Marsaglia, Tsang & Wang, J. Stat. Software 8,
 * 2003): the alternating one converges fast for large x, its theta transform for small x; five terms give double
 * precision on their sides of 1.18.
 */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  let sum = 0;
  if (x < 1.18) {
    for (let k = 1; k <= 5; k += 1) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 5; k += 1) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * x) ** 2);
  return Math.min(1, 2 * sum);
}
