import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { PlanParam } from "../../../../kernel-lib/src/pipeline/compile/plan.js";
import { expandGrid } from "../../../../kernel-lib/src/pipeline/run/expand-grid.js";
import { givenParams } from "../../../../kernel-lib/src/pipeline/run/given-params.js";

const place = { cellId: "p", line: 1 };
const params: readonly PlanParam[] = [
  { name: "units", type: "number", default: 16, ...place },
  { name: "name", type: "string", default: "x", ...place },
  { name: "city", type: "string", default: "Paris, France", choices: ["Paris, France", "Rome"], ...place },
  { name: "layers", type: "json", default: [1], ...place },
  { name: "computed", type: "json", ...place },
];

test.each([
  [{ units: "8" }, [{ units: "8" }]],
  [{ units: "8, 16" }, [{ units: "8" }, { units: "16" }]],
  [{ units: [8, 16] }, [{ units: 8 }, { units: 16 }]],
  [{ units: "8,," }, [{ units: "8" }, { units: "" }, { units: "" }]],
  [{ name: "a,b" }, [{ name: "a" }, { name: "b" }]],
  [{ name: '"a,b"' }, [{ name: "a,b" }]],
  [{ name: '"a,b",c,"say \\"d\\""' }, [{ name: "a,b" }, { name: "c" }, { name: 'say "d"' }]],
  [{ name: 'say "a",b' }, [{ name: 'say "a"' }, { name: "b" }]],
  [{ name: "" }, [{ name: "" }]],
  [{ city: "Paris, France" }, [{ city: "Paris, France" }]],
  [{ layers: "[4,5]" }, [{ layers: "[4,5]" }]],
  [{ layers: "[4],[5,6]" }, [{ layers: [4] }, { layers: [5, 6] }]],
  [{ layers: [4, 5] }, [{ layers: [4, 5] }]],
  [{ computed: "a.csv,b.csv" }, [{ computed: "a.csv" }, { computed: "b.csv" }]],
  [{ unknown: "1,2" }, [{ unknown: "1,2" }]],
  [{}, [{}]],
])("expandGrid() of %j", (given, points) => {
  expect(expandGrid(params, given).points).toEqual(points);
});

test("expandGrid() combines all values, and names those that vary", () => {
  expect(expandGrid(params, { units: "8,16", name: "x", city: "Rome,Rome" })).toEqual({
    varied: ["units", "city"],
    points: [8, 8, 16, 16].map((units) => ({ units: String(units), name: "x", city: "Rome" })),
  });
});

test("givenParams() puts flags before the environment, and one variable before the list of all", () => {
  const env = {
    TAGLINE_PARAMS: '{"units": 1, "name": "all", "other": 3}',
    TAGLINE_PARAM_units: "2",
    TAGLINE_PARAM_city: "Rome",
  };
  expect(givenParams({ flags: ["units=3", "units=4"], env }, params)).toEqual({
    units: "4",
    name: "all",
    city: "Rome",
  });
  expect(givenParams({ flags: [], env }, params)).toEqual({ units: "2", name: "all", city: "Rome" });
  expect(() => givenParams({ flags: ["units"], env: {} }, params)).toThrow("write it as name=value");
  expect(() => givenParams({ flags: [], env: { TAGLINE_PARAMS: "[1]" } }, params)).toThrow("write a JSON object");
  expect(() => givenParams({ flags: [], env: {}, file: "/nowhere.json" }, params)).toThrow(
    "Cannot read parameters from",
  );
});

test("givenParams() reads a YAML file: numbers, text, lists and objects, and says what is wrong with it", () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-params-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "params.yaml");
  writeFileSync(
    file,
    "# for the nightly run\nunits: 32\nname: all birds\nsince: 2024-01-01\nlayers: [8, 4]\nweights:\n  a: 0.5\ndry: false\n",
  );
  expect(givenParams({ flags: [], env: {}, file }, [])).toEqual({
    units: 32,
    name: "all birds",
    since: "2024-01-01",
    layers: [8, 4],
    weights: { a: 0.5 },
    dry: false,
  });
  writeFileSync(file, "# nothing yet\n");
  expect(givenParams({ flags: [], env: {}, file }, [])).toEqual({});
  writeFileSync(file, "units: [1\n");
  expect(() => givenParams({ flags: [], env: {}, file }, [])).toThrow(/params.yaml: .*line 2/);
  writeFileSync(file, "- units\n");
  expect(() => givenParams({ flags: [], env: {}, file }, [])).toThrow("write one parameter a line, like units: 32");
});
