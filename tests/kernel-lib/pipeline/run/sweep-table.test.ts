import { expect, test } from "vitest";
import type { RunDocument } from "../../../../kernel-lib/src/pipeline/run/run-document.js";
import { inSweepOrder, parseSweepOrder, sweepTable } from "../../../../kernel-lib/src/pipeline/run/sweep-table.js";

function runOf(run: string, metrics: Record<string, number>, status: RunDocument["status"] = "succeeded"): RunDocument {
  return {
    run,
    notebook: "nb.ipynb",
    status,
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1200,
    params: { units: run.length, title: run },
    metrics,
    steps: [],
    diagnostics: [],
  };
}

const runs = [
  runOf("a", { accuracy: 0.5, loss: 1 }),
  runOf("bb", { accuracy: 0.9, loss: 3 }),
  runOf("failed", { accuracy: 1, loss: 0 }, "failed"),
  runOf("none", {}),
  runOf("ccc", { accuracy: 0.7, loss: 2 }),
];

test.each([
  ["metric.accuracy", ["bb", "ccc", "a", "failed", "none"]],
  ["metrics.accuracy asc", ["a", "ccc", "bb", "failed", "none"]],
  ["metric.loss", ["a", "ccc", "bb", "failed", "none"]],
  ["metric:loss desc", ["bb", "ccc", "a", "failed", "none"]],
])("runs by %s come best first", (text, names) => {
  expect(inSweepOrder(runs, parseSweepOrder(text)).map(({ run }) => run)).toEqual(names);
});

test("parseSweepOrder() refuses what names no metric", () => {
  expect(() => parseSweepOrder("accuracy")).toThrow("write metric.NAME");
});

test("sweepTable() has a column for each param that varies and each metric, and says when it could not sort", () => {
  const two = [runOf("a", { accuracy: 0.123456789 }), runOf("bb", {}, "failed")];
  expect(sweepTable(two, ["title"], parseSweepOrder("metric.acuracy")).split("\n")).toEqual([
    "title  accuracy  status     time   run",
    "a      0.123457  succeeded  1.2 s  a",
    "bb               failed     1.2 s  bb",
    "Not sorted: no run has a metric acuracy. Did you mean accuracy?",
    "",
  ]);
});
