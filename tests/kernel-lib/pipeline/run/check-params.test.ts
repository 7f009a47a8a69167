import { expect, test } from "vitest";
import type { PlanParam } from "../../../../kernel-lib/src/pipeline/compile/plan.js";
import { checkParams } from "../../../../kernel-lib/src/pipeline/run/check-params.js";

const params: readonly PlanParam[] = [
  { name: "units", type: "number", default: 16, min: 1, max: 256, cellId: "c", line: 1 },
  { name: "species", type: "string", default: "Gentoo", choices: ["Adelie", "Gentoo"], cellId: "c", line: 2 },
  { name: "shuffle", type: "boolean", default: true, cellId: "c", line: 3 },
  { name: "layers", type: "json", default: [8, 8], cellId: "c", line: 4 },
];

test("checkParams() reads text as each parameter's type", () => {
  expect(checkParams(params, { units: "8", species: "Adelie", shuffle: "false", layers: "[4]" })).toEqual({
    units: 8,
    species: "Adelie",
    shuffle: false,
    layers: [4],
  });
});

test("checkParams() takes values that have their type already, as the page sends them", () => {
  expect(checkParams(params, { units: 8, shuffle: true, layers: { a: 1 } })).toEqual({
    units: 8,
    shuffle: true,
    layers: { a: 1 },
  });
});

test("checkParams() takes text for a param whose default is computed", () => {
  const computed: PlanParam = { name: "path", type: "json", cellId: "c", line: 1 };
  expect(checkParams([computed], { path: "data.csv" })).toEqual({ path: "data.csv" });
  expect(checkParams([computed], { path: "[1]" })).toEqual({ path: [1] });
});

test.each([
  [{ units: "many" }, "Cannot set parameter units to many: it takes a number."],
  [{ units: "" }, "Cannot set parameter units to : it takes a number."],
  [{ units: "0" }, "Cannot set parameter units to 0: the smallest allowed value is 1."],
  [{ units: 500 }, "Cannot set parameter units to 500: the largest allowed value is 256."],
  [{ species: "Chinstrap" }, "Cannot set parameter species to Chinstrap: allowed are Adelie, Gentoo."],
  [{ shuffle: "maybe" }, "Cannot set parameter shuffle to maybe: it takes a boolean (true or false)."],
  [{ layers: "[4" }, "Cannot set parameter layers to [4: it takes a JSON value."],
  [{ unit: 8 }, "Cannot set parameter unit: the notebook has no such parameter. Did you mean units?"],
  [
    { zebra: 8 },
    "Cannot set parameter zebra: the notebook has no such parameter. It has units, species, shuffle, layers.",
  ],
])("checkParams() refuses %j", (given, message) => {
  expect(() => checkParams(params, given)).toThrow(message);
});

test("checkParams() names every wrong value at once", () => {
  expect(() => checkParams(params, { units: 0, shuffle: "x" })).toThrow(/units to 0[\s\S]*shuffle to x/);
});
