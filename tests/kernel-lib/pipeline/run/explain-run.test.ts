import { expect, test } from "vitest";
import { explainRun, type LastRun } from "../../../../kernel-lib/src/pipeline/run/explain-run.js";

const last: LastRun = {
  run: "01A",
  finished: true,
  code: "c1",
  inputs: { raw: "h1", rows: "h2" },
  params: { units: 16 },
  environment: { node: "20", tagline: "0.1.0", arquero: "8.0.2" },
};
const from = { raw: "load", rows: "load" };

test.each([
  [{}, null],
  [{ code: "c2", params: { units: 8 } }, "code changed"],
  [{ inputs: { raw: "h9", rows: "h2" } }, "raw changed (from load)"],
  [{ inputs: { raw: "h9", rows: "h9" } }, "raw and rows changed (from load)"],
  [{ params: { units: 8 } }, "param units changed"],
  [{ params: { units: 8, rate: 1 } }, "params rate and units changed"],
  [{ environment: { node: "22", tagline: "0.1.0", arquero: "8.0.3" } }, "arquero 8.0.2 → 8.0.3, node 20 → 22"],
])("explainRun() of %j", (change, reason) => {
  expect(explainRun({ ...last, ...change }, last, from)).toBe(reason);
});

test("explainRun() of a step without an earlier run, and of one that failed", () => {
  expect(explainRun(last, null, from)).toBe("first run");
  expect(explainRun(last, { ...last, finished: false }, from)).toBe("its last run did not finish");
});
