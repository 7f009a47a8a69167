import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CheckDocument } from "../../kernel-lib/src/cli/check.js";
import type { RunDocument } from "../../kernel-lib/src/pipeline/run/run-document.js";
import expected from "../notebooks-fixtures/hard/metrics.json" with { type: "json" };
import { type HardFolder, hardNotebooks, openHardFolder } from "./support/hard-notebooks.js";

// Steps are processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let hard: HardFolder;
beforeAll(async () => {
  hard = await openHardFolder();
});
afterAll(() => hard.remove());

test("there are at least twelve, and the metrics of each are known", () => {
  expect(hardNotebooks.length).toBeGreaterThanOrEqual(12);
  expect(hardNotebooks).toEqual(Object.keys(expected));
});

// tests/engines/hard-notebooks.test.ts sees that those are what a kernel gives from top to bottom.
test.each(Object.entries(expected))(
  "%s has no error, and its pipeline gives the metrics of a plain run",
  async (name, metrics) => {
    const { document: checked } = await hard.tagline<CheckDocument>("check", name);
    expect(checked.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { code, document, told } = await hard.tagline<RunDocument>("run", name);
    expect(
      document.steps.flatMap(({ error }) => error ?? []),
      told,
    ).toEqual([]);
    expect(document.metrics).toEqual(metrics);
    expect(code).toBe(0);
  },
);

test("a grid over params runs each combination, and its metrics are those of single runs", async () => {
  const grid = ["-p", "degree=0,2", "-p", "origin=USA,Japan"];
  const { code, document } = await hard.tagline<{ readonly runs: readonly RunDocument[] }>("run", "grid", ...grid);
  expect(code).toBe(0);
  expect(document.runs.map(({ params }) => [params["degree"], params["origin"]])).toEqual([
    [0, "USA"],
    [0, "Japan"],
    [2, "USA"],
    [2, "Japan"],
  ]);
  const single = await hard.tagline<RunDocument>("run", "grid", "-p", "degree=2", "-p", "origin=Japan");
  expect(single.document.metrics).toEqual(document.runs[3]?.metrics);
});

test("instances with private fields are refused before anything runs, with the class and a way out", async () => {
  const { document } = await hard.tagline<CheckDocument>("check", "private-classes");
  const errors = document.diagnostics.filter(({ severity }) => severity === "error");
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["TL033"]));
  expect(errors[0]?.message).toContain("class Account has private fields");
});
