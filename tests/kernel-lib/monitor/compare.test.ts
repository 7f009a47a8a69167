import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Row, sketchReference } from "../../../kernel-lib/src/data/index.js";
import { compareToSketch } from "../../../kernel-lib/src/monitor/index.js";

const penguins: readonly Row[] = JSON.parse(
  readFileSync(new URL("../../../notebooks/data/penguins.json", import.meta.url), "utf8"),
);
const drifted = (reference: readonly Row[], current: readonly Row[], columns?: readonly string[]): string[] =>
  compareToSketch(sketchReference(reference), current, columns === undefined ? {} : { columns })
    .features.filter((feature) => feature.drifted)
    .map((feature) => feature.name);

/** mulberry32: uniform in 0..1, the same every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("compareToSketch() sees no drift of the penguins against themselves", () => {
  const { drifted, features } = compareToSketch(sketchReference(penguins), penguins);
  expect(drifted).toBe(false);
  expect(features.map(({ psi, pCorrected }) => [psi, pCorrected])).toEqual(features.map(() => [0, 1]));
});

test("compareToSketch() flags the body mass times 1.3, and it alone", () => {
  const mass = "Body Mass (g)";
  const heavy = penguins.map((bird) => ({ ...bird, [mass]: bird[mass] === null ? null : Number(bird[mass]) * 1.3 }));
  const { features } = compareToSketch(sketchReference(penguins), heavy);
  expect(features.filter((feature) => feature.drifted).map(({ name, test, note }) => [name, test, note])).toEqual([
    [mass, "ks", "mean 4202 → 5462"],
  ]);
});

test("compareToSketch() flags gaps that open while the values stay the same", () => {
  const gaps = penguins.map((bird, index) => ({
    ...bird,
    "Beak Depth (mm)": index % 3 ? bird["Beak Depth (mm)"] : null,
  }));
  const { features } = compareToSketch(sketchReference(penguins), gaps);
  expect(features.filter((feature) => feature.drifted)).toMatchObject([
    { name: "Beak Depth (mm)", test: "chi2", note: expect.stringContaining("missing 0.6% → 33%") },
  ]);
});

test("compareToSketch() flags a category that is new, and one that takes over", () => {
  const moved = penguins.map((bird, index) => ({
    ...bird,
    Island: index % 2 ? bird["Island"] : "Deception",
    Sex: index % 4 ? "MALE" : bird["Sex"],
  }));
  const { features } = compareToSketch(sketchReference(penguins), moved);
  const notes = features.filter((feature) => feature.drifted).map(({ name, note }) => `${name}: ${note}`);
  expect(notes).toEqual([expect.stringMatching(/^Island: .*new: Deception 50%/), expect.stringMatching(/^Sex: /)]);
});

test("compareToSketch() does not take few rows for drift, nor many rows with a small shift", () => {
  const next = random(7);
  const rows = (count: number, shift: number): Row[] =>
    Array.from({ length: count }, () => ({ x: next() + shift, y: next() }));
  const few = compareToSketch(sketchReference(rows(2000, 0)), rows(8, 0));
  expect(few.features.map((feature) => feature.psi > 0.2)).toEqual([true, true]);
  expect(few.drifted).toBe(false);
  const many = compareToSketch(sketchReference(rows(60_000, 0)), rows(60_000, 0.02));
  expect(many.features[0]?.pCorrected).toBeLessThan(1e-6);
  expect(many.drifted).toBe(false);
});

test("compareToSketch() raises no alarm in a hundred samples of one distribution", () => {
  const next = random(11);
  const sample = (): Row[] =>
    Array.from({ length: 300 }, () => ({
      a: next(),
      b: next() ** 3,
      c: next() < 0.3 ? "x" : "y",
      d: next() < 0.1 ? null : next(),
    }));
  const sketch = sketchReference(sample());
  expect(Array.from({ length: 100 }, sample).filter((rows) => compareToSketch(sketch, rows).drifted)).toEqual([]);
});

test("compareToSketch() holds few different numbers apart, and sees one that was never there", () => {
  const reference = Array.from({ length: 400 }, (_, index) => ({ rooms: index % 4 }));
  expect(drifted(reference, reference)).toEqual([]);
  expect(
    drifted(
      reference,
      reference.map(({ rooms }) => ({ rooms: rooms === 0 ? -1 : rooms })),
    ),
  ).toEqual(["rooms"]);
  const constant = reference.map(() => ({ rooms: 5 }));
  expect(
    drifted(
      constant,
      constant.map(() => ({ rooms: 4 })),
    ),
  ).toEqual(["rooms"]);
});

test("compareToSketch() lets dates move on unless it is asked about them", () => {
  const days = (year: number): Row[] =>
    Array.from({ length: 300 }, (_, index) => ({ day: new Date(Date.UTC(year, 0, index)).toISOString(), x: index }));
  expect(drifted(days(2020), days(2021))).toEqual([]);
  expect(drifted(days(2020), days(2021), ["day"])).toEqual(["day"]);
});

test("compareToSketch() reads numbers that arrive as text, and flags words where numbers were", () => {
  const numbers = Array.from({ length: 200 }, (_, index) => ({ x: index }));
  expect(
    drifted(
      numbers,
      numbers.map(({ x }) => ({ x: String(x) })),
    ),
  ).toEqual([]);
  expect(
    drifted(
      numbers,
      numbers.map(({ x }) => ({ x: x % 2 ? x : "unknown" })),
    ),
  ).toEqual(["x"]);
  expect(
    drifted(
      numbers,
      numbers.map(() => ({ x: null })),
    ),
  ).toEqual(["x"]);
});

test("compareToSketch() names the columns that it cannot compare", () => {
  const { onlyInReference, onlyInCurrent } = compareToSketch(sketchReference([{ a: 1, b: 2 }]), [{ b: 2, c: 3 }]);
  expect({ onlyInReference, onlyInCurrent }).toEqual({ onlyInReference: ["a"], onlyInCurrent: ["c"] });
  expect(() => compareToSketch(sketchReference([{ a: 1 }]), [{ b: 2 }])).toThrow(
    "Cannot compare the rows: they have no column in common. Reference: a. Current: b.",
  );
  expect(() => compareToSketch(sketchReference([{ a: 1 }]), [{ a: 2 }], { columns: ["z"] })).toThrow(
    "Cannot compare column z: the reference has no such column, only a.",
  );
});
