import { readFileSync } from "node:fs";
import * as aq from "arquero";
import { expect, test } from "vitest";
import { sketchReference } from "../../../kernel-lib/src/data/index.js";
import { toDistribution } from "../../../kernel-lib/src/data/sketch/to-distribution.js";

test("sketchReference() finds each column's kind from all of its values", () => {
  const day = (index: number): string => `2020-01-${String(index + 1).padStart(2, "0")}`;
  const rows = Array.from({ length: 20 }, (_, index) => ({
    size: index === 3 ? null : index * 1.5,
    text: String(index),
    code: `0${index}`,
    open: index % 2 === 0,
    day: day(index),
    moment: new Date(Date.UTC(2021, 0, index + 1)),
    mixed: index === 19 ? "many" : index,
    none: null,
  }));
  expect(sketchReference(rows).columns.map(({ name, kind, count, missing }) => [name, kind, count, missing])).toEqual([
    ["size", "numeric", 19, 1],
    ["text", "numeric", 20, 0],
    ["code", "categorical", 20, 0],
    ["open", "categorical", 20, 0],
    ["day", "date", 20, 0],
    ["moment", "date", 20, 0],
    ["mixed", "categorical", 20, 0],
    ["none", "categorical", 0, 20],
  ]);
});

test("sketchReference() takes what can only be told apart by name as text, and keeps none of it", () => {
  const [names] = sketchReference(Array.from({ length: 80 }, (_, index) => ({ name: `person ${index}` }))).columns;
  expect(names).toEqual({
    name: "name",
    kind: "text",
    count: 80,
    missing: 0,
    distinct: 80,
    categories: [],
    other: 80,
  });
});

test("sketchReference() says the same of rows, of an arquero table and after a journey through JSON", () => {
  const rows = JSON.parse(readFileSync(new URL("../../../notebooks/data/penguins.json", import.meta.url), "utf8"));
  const sketch = sketchReference(rows);
  expect(sketchReference(aq.from(rows))).toEqual(sketch);
  expect(JSON.parse(JSON.stringify(sketch))).toEqual(sketch);
  expect(sketch.columns.find(({ name }) => name === "Body Mass (g)")).toMatchObject({
    count: 342,
    missing: 2,
    min: 2700,
    max: 6300,
  });
});

test("toDistribution() of more values than it keeps stays within the error that it states", () => {
  const sorted = Float64Array.from({ length: 50_000 }, (_, index) => Math.exp(index / 9000)).sort();
  const thin = toDistribution(sorted, 512);
  expect(thin.exact).toBe(false);
  expect(thin.values.length).toBeLessThanOrEqual(512);
  expect(thin.values[0]).toBe(sorted[0]);
  expect(thin.values.at(-1)).toBe(sorted.at(-1));
  expect(thin.upTo.at(-1)).toBe(50_000);
  const gaps = thin.upTo.slice(1).map((count, index) => (count - (thin.upTo[index] ?? 0)) / 50_000);
  expect(Math.max(...gaps)).toBeLessThan(1 / 500);
});
