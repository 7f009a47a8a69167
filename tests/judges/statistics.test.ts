import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { sketchReference } from "../../kernel-lib/src/data/index.js";
import { toDistribution } from "../../kernel-lib/src/data/sketch/to-distribution.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { compareToSketch } from "../../kernel-lib/src/monitor/index.js";
import { chiSquared } from "../../kernel-lib/src/monitor/statistics/chi-squared.js";
import { upperGamma } from "../../kernel-lib/src/monitor/statistics/incomplete-gamma.js";
import { kolmogorovSmirnov, kolmogorovTail } from "../../kernel-lib/src/monitor/statistics/kolmogorov-smirnov.js";
import { sideVenv } from "../tools/side-venv.js";

interface Judgement {
  readonly ks: readonly { readonly statistic: number; readonly exact: number; readonly stephens: number }[];
  readonly psi: readonly number[];
  readonly chi2: readonly { readonly statistic: number; readonly pValue: number }[];
  readonly gamma: readonly number[];
  readonly kolmogorov: readonly number[];
}

/** mulberry32: uniform in 0..1, the same every time. */
let state = 20_261_124;
function next(): number {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}
const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const many = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

// Shifts and stretches from none to plain, at sizes from a few dozen to a few hundred; some with ties.
const samples: readonly (readonly [number[], number[]])[] = many(40, next).map((_, index) => {
  const [n, m] = [20 + Math.floor(next() * 400), 20 + Math.floor(next() * 400)];
  const shift = (index % 5) * 0.12;
  const stretch = 1 + (index % 3) * 0.3;
  const round = (value: number): number => (index % 4 === 3 ? Math.round(value * 4) / 4 : value);
  return [many(n, () => round(normal())), many(m, () => round(normal() * stretch + shift))];
});
const tables = many(40, next).map((_, index) => {
  const categories = 2 + Math.floor(next() * 12);
  const a = many(categories, () => 1 + Math.floor(next() * 200));
  return [a, a.map((count) => Math.floor(count * (0.5 + next() * (index % 4)) * 0.5))] as const;
});
const gamma = many(300, next).map(() => [0.5 + Math.floor(next() * 60) / 2, next() * 120] as const);
const kolmogorov = many(200, next).map(() => 0.2 + next() * 5);

let judge: Judgement;
beforeAll(async () => {
  const bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  const script = join(checkout.root, "tests", "judges", "statistics_judge.py");
  const input = JSON.stringify({ samples, tables, gamma, kolmogorov });
  judge = JSON.parse(execFileSync(join(bin, "python"), [script], { input, encoding: "utf8" }));
}, 600_000);

const distribution = (values: readonly number[]) => toDistribution(Float64Array.from(values).sort());
const relative = (ours: number, theirs: number): number => Math.abs(ours - theirs) / Math.max(Math.abs(theirs), 1e-300);
const worst = (differences: readonly number[]): number => Math.max(...differences);

test("upperGamma() is SciPy's gammaincc to 1e-9, and so are its smallest tails", () => {
  expect(Math.min(...judge.gamma)).toBeLessThan(1e-20);
  expect(worst(gamma.map(([a, x], index) => relative(upperGamma(a, x), judge.gamma[index] ?? 0)))).toBeLessThan(1e-9);
});

test("kolmogorovTail() is SciPy's kolmogorov to 1e-9", () => {
  expect(worst(kolmogorov.map((x, index) => relative(kolmogorovTail(x), judge.kolmogorov[index] ?? 0)))).toBeLessThan(
    1e-9,
  );
});

test("chiSquared() gives chi2_contingency's statistic and p-value to 1e-9", () => {
  const ours = tables.map(([a, b]) => chiSquared(a, b));
  expect(worst(ours.map((one, index) => relative(one.statistic, judge.chi2[index]?.statistic ?? 0)))).toBeLessThan(
    1e-9,
  );
  expect(worst(ours.map((one, index) => relative(one.pValue, judge.chi2[index]?.pValue ?? 0)))).toBeLessThan(1e-9);
});

test("kolmogorovSmirnov() gives ks_2samp's statistic, the asymptotic p-value to 1e-9, and the exact one nearly", () => {
  const ours = samples.map(([a, b]) => kolmogorovSmirnov(distribution(a), distribution(b)));
  expect(worst(ours.map((one, index) => Math.abs(one.statistic - (judge.ks[index]?.statistic ?? 0))))).toBeLessThan(
    1e-12,
  );
  expect(worst(ours.map((one, index) => relative(one.pValue, judge.ks[index]?.stephens ?? 0)))).toBeLessThan(1e-9);
  // What the approximation allows: at twenty rows and more, two hundredths of probability at most.
  const off = ours.map((one, index) => Math.abs(one.pValue - (judge.ks[index]?.exact ?? 0)));
  expect(worst(off)).toBeLessThan(0.02);
  expect(judge.ks.filter(({ exact }) => exact < 0.01).length).toBeGreaterThan(3);
});

test("compareToSketch() gives NumPy's population stability index over reference deciles to 1e-9", () => {
  const ours = samples.map(([a, b]) => {
    const sketch = sketchReference(a.map((x) => ({ x })));
    return (
      compareToSketch(
        sketch,
        b.map((x) => ({ x })),
      ).features[0]?.psi ?? Number.NaN
    );
  });
  expect(worst(ours.map((psi, index) => relative(psi, judge.psi[index] ?? 0)))).toBeLessThan(1e-9);
});
