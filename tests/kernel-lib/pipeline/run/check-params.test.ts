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
  expect(checkParams(params, { units: 8, shuffle: true, layers: [1] })).toEqual({
    units: 8,
    shuffle: true,
    layers: [1],
  });
});

test("checkParams() takes text for a param whose default is computed", () => {
  const computed: PlanParam = { name: "path", type: "json", cellId: "c", line: 1 };
  expect(checkParams([computed], { path: "data.csv" })).toEqual({ path: "data.csv" });
  expect(checkParams([computed], { path: "[1]" })).toEqual({ path: [1] });
});

test.each([
  [{ units: "many" }, "Cannot set parameter units to many: it takes a number from 1 to 256."],
  [{ units: "" }, "Cannot set parameter units to : it takes a number from 1 to 256."],
  [{ units: "0" }, "Cannot set parameter units to 0: the smallest allowed value is 1."],
  [{ units: 500 }, "Cannot set parameter units to 500: the largest allowed value is 256."],
  [{ species: "Chinstrap" }, "Cannot set parameter species to Chinstrap: allowed are Adelie, Gentoo."],
  [{ shuffle: "maybe" }, "Cannot set parameter shuffle to maybe: it takes a boolean (true or false)."],
  [{ layers: "[4" }, "Cannot set parameter layers to [4: it takes a list like [8,8]."],
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

test("checkParams() takes dates, lists, objects and paths of what is there, and says where a wrong one stands", () => {
  const typed: readonly PlanParam[] = [
    { name: "since", type: "string", format: "date", default: "2024-01-01", cellId: "c", line: 1 },
    { name: "data", type: "string", format: "path", default: "package.json", cellId: "c", line: 2 },
    { name: "layers", type: "json", default: [8], cellId: "c", line: 3 },
    { name: "weights", type: "json", default: { a: 1 }, cellId: "c", line: 4 },
  ];
  const places = { cells: { c: { index: 2 } }, folder: process.cwd() };
  const good = { since: "2024-02-29T08:00Z", data: "README.md", layers: [1, 2], weights: { b: 2 } };
  expect(checkParams(typed, good, places)).toEqual(good);
  const bad = { since: "2023-02-29", data: "no/such.csv", layers: '{"a":1}', weights: [1] };
  expect(() => checkParams(typed, bad, places)).toThrow(
    [
      "Cannot set parameter since (cell 3, line 1) to 2023-02-29: it takes a date like 2024-12-31 or 2024-12-31T08:00Z.",
      `Cannot set parameter data (cell 3, line 2) to no/such.csv: there is no such file or folder (seen from ${process.cwd()}).`,
      'Cannot set parameter layers (cell 3, line 3) to {"a":1}: it takes a list like [8].',
      'Cannot set parameter weights (cell 3, line 4) to [1]: it takes an object like {"a":1}.',
    ].join("\n"),
  );
  const lost: PlanParam = { name: "data", type: "string", format: "path", default: "gone.csv", cellId: "c", line: 2 };
  expect(() => checkParams([lost], {}, places)).toThrow(
    "Cannot use the default gone.csv of parameter data (cell 3, line 2): there is no such file or folder",
  );
});
