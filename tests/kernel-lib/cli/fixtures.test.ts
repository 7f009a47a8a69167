import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { copyFixtures, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

/** Runs a notebook with `--json` and gives exit code and document. */
async function run(
  folder: string,
  notebook: string,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly document: RunDocument }> {
  const { code, stdout, stderr } = await tagline(folder, "run", notebook, "--json", ...args);
  expect(stdout, stderr).toMatch(/^\{/);
  return { code, document: JSON.parse(stdout) };
}

function statuses(document: RunDocument): string {
  return document.steps.map((step) => `${step.name} ${step.status}`).join(", ");
}

/** Runs twice: the metrics are these, and the second time no step does any work. */
async function runTwice(folder: string, notebook: string): Promise<RunDocument> {
  const first = await run(folder, notebook);
  expect(first.document.steps.flatMap((step) => step.error ?? [])).toEqual([]);
  expect(first.document.status).toBe("succeeded");
  expect(first.code).toBe(0);
  const second = await run(folder, notebook);
  expect(second.document.steps.filter((step) => step.status !== "cached")).toEqual([]);
  expect(second.document.metrics).toEqual(first.document.metrics);
  return first.document;
}

test("a function over fitted values works in later steps, with its own randomness the same each time", async () => {
  const folder = copyFixtures("scaling");
  const { metrics, params } = await runTwice(folder, "scaling/heights.ipynb");
  expect(metrics["roundtrip"]).toBeLessThan(1e-9);
  expect(params).toEqual({ holdout: 0.25 });

  const other = await run(folder, "scaling/heights.ipynb", "-p", "holdout=0.5");
  expect(statuses(other.document)).toBe("load cached, fit cached, evaluate done, sample cached");
  expect(other.document.steps[2]?.reason).toBe("param holdout changed");

  writeFileSync(
    join(folder, "scaling/data/heights.csv"),
    `${readFileSync(join(folder, "scaling/data/heights.csv"), "utf8")}x,200\n`,
  );
  const changed = await run(folder, "scaling/heights.ipynb");
  expect(changed.document.steps[0]?.reason).toBe("file data/heights.csv changed");
  expect(changed.document.steps.every((step) => step.status === "done")).toBe(true);
});

test("a Map, a Set and a Date cross steps; a file beside the notebook's folder is found", async () => {
  const { metrics } = await runTwice(copyFixtures("words", "texts"), "words/words.ipynb");
  expect(metrics).toEqual({ top_count: 4, letters: 4, year: 2026 });
});

test("typed rows of a CSV file travel through four steps", async () => {
  const { metrics } = await runTwice(copyFixtures("orders"), "orders/orders.ipynb");
  expect(metrics).toEqual({ customers: 2, dropped: 1, total_ada: 12.75, total_eve: 7 });
});

test("objects shared by two names stay shared, and changes in place travel", async () => {
  const { metrics } = await runTwice(copyFixtures("shared"), "shared/shared.ipynb");
  expect(metrics).toEqual({ sum: 19, same: 1 });
});

test("instances of a cell's classes come back as such", async () => {
  const { metrics } = await runTwice(copyFixtures("classes"), "classes/classes.ipynb");
  expect(metrics).toEqual({ mean: 18, median: 16, left: 0, is_scaler: 1 });
});

test("a tfjs model and an arquero table travel, and training is the same each time", { timeout: 240_000 }, async () => {
  const folder = copyFixtures("network");
  const first = await runTwice(folder, "network/network.ipynb");
  expect(first.steps.find((step) => step.name === "train")).toMatchObject({ series: { loss: expect.any(Array) } });
  const elsewhere = await run(copyFixtures("network"), "network/network.ipynb");
  expect(elsewhere.document.metrics).toEqual(first.metrics);
});

test("a value hidden in an untagged cell is an error with a fix, and nothing runs", async () => {
  const folder = copyFixtures("hidden");
  const checked = await tagline(folder, "check", "hidden/hidden.ipynb", "--json");
  expect(checked.code).toBe(1);
  const { diagnostics } = JSON.parse(checked.stdout);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "TL010",
      severity: "error",
      message: expect.stringContaining("threshold"),
      fix: expect.any(Object),
    }),
  );
  const { code, document } = await run(folder, "hidden/hidden.ipynb");
  expect(code).toBe(1);
  expect(document).toMatchObject({ status: "failed", metrics: {}, diagnostics });
  expect(document.steps.every((step) => step.status === "skipped")).toBe(true);
});

test("a cycle is reported on its cells", async () => {
  const folder = copyFixtures("cycle");
  const { code, stdout } = await tagline(folder, "check", "cycle/cycle.ipynb");
  expect(code).toBe(1);
  expect(stdout).toMatch(/cell 1 line 1: error TL020 .*circle/);
});

test("a failing cell is named with its line; what needs it is skipped, the rest runs", async () => {
  const folder = copyFixtures("failing");
  const { code, document } = await run(folder, "failing/failing.ipynb");
  expect(code).toBe(1);
  expect(document.status).toBe("failed");
  expect(statuses(document)).toBe("load done, names failed, report skipped, count done");
  expect(document.steps[1]?.error).toMatchObject({ name: "TypeError", cellId: "cell-d4", line: 3 });

  const text = await tagline(folder, "run", "failing/failing.ipynb");
  expect(text.code).toBe(1);
  expect(text.stdout).toContain("TypeError at cell 4 [cell-d4] line 3: Cannot read properties of undefined");
});

test("a Python notebook is refused in a sentence", async () => {
  const { code, stdout } = await tagline(copyFixtures("python"), "check", "python/python.ipynb");
  expect(code).toBe(1);
  expect(stdout).toContain("written in python");
});
