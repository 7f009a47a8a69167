import { expect, test } from "vitest";
import { poolRare } from "../../../kernel-lib/src/monitor/statistics/chi-squared.js";
import { holm } from "../../../kernel-lib/src/monitor/statistics/holm.js";
import { kolmogorovTail } from "../../../kernel-lib/src/monitor/statistics/kolmogorov-smirnov.js";
import { populationStability } from "../../../kernel-lib/src/monitor/statistics/population-stability.js";

// How they agree with SciPy is judged in tests/judges/statistics.test.ts.

test("holm() steps down and keeps the order of p-values", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test("populationStability() is 0 of equal shares, symmetric, and finite where a bin is empty", () => {
  expect(populationStability([10, 20, 0], [10, 20, 0])).toBe(0);
  expect(populationStability([100, 0], [0, 100])).toBeCloseTo(populationStability([0, 100], [100, 0]), 12);
  expect(populationStability([100, 0], [0, 100])).toBeGreaterThan(5);
});

test("poolRare() leaves no category that is expected less than five times", () => {
  expect(poolRare([50, 3, 2, 1], [50, 2, 3, 1])).toEqual({ a: [50, 6], b: [50, 6] });
  expect(poolRare([50, 40, 1], [50, 40, 1])).toEqual({ a: [50, 41], b: [50, 41] });
  expect(poolRare([2, 1], [1, 2])).toEqual({ a: [3], b: [3] });
});

test("kolmogorovTail() is the same from both of its series where they meet", () => {
  expect(kolmogorovTail(1.18 - 1e-12)).toBeCloseTo(kolmogorovTail(1.18), 10);
  expect(kolmogorovTail(0)).toBe(1);
  expect(kolmogorovTail(0.01)).toBe(1);
  expect(kolmogorovTail(30)).toBe(0);
});
