import { describe, expect, test } from "vitest";
import { parseRunFilter } from "../../../../kernel-lib/src/lineage/questions/run-filter.js";
import { parseRunOrder } from "../../../../kernel-lib/src/lineage/questions/run-order.js";
import type { RunSummary } from "../../../../kernel-lib/src/lineage/runs.js";

function run(name: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    run: name,
    kind: "pipeline",
    notebook: "notebooks/penguins.ipynb",
    status: "succeeded",
    startedAt: "2026-11-24T06:00:00.000Z",
    durationMs: 1500,
    params: {},
    metrics: {},
    author: "Ada <ada@lab>",
    ...more,
  };
}

const runs = [
  run("A", { metrics: { accuracy: 0.98, "val loss": 0.1 }, params: { units: 16, optimizer: "adam" } }),
  run("B", {
    metrics: { accuracy: 0.9 },
    params: { units: 32, optimizer: "sgd", dropout: true, schedule: { rate: 0.1, steps: [] } },
  }),
  run("C", { status: "failed", kind: "session", notebook: null, durationMs: null, author: "O'Neil" }),
  run("D", { metrics: { accuracy: Number.NaN }, params: { units: "16" }, startedAt: "2026-11-25T06:00:00.000Z" }),
];

describe("parseRunFilter()", () => {
  test.each([
    ["metrics.accuracy > 0.95", "A"],
    ["metrics.accuracy >= 0.9", "AB"],
    ["metric.accuracy<1 and param.units=32", "B"],
    ['metrics."val loss" = 1e-1', "A"],
    ["metrics.`val loss` < .5", "A"],
    ["params.units = 16", "AD"],
    ["params.units = '16'", "AD"],
    ["params.units in (16, 32) and status = 'succeeded'", "ABD"],
    ["params.units not in (16)", "B"],
    ["params.optimizer like 'a%'", "A"],
    ["params.optimizer ilike 'S_D'", "B"],
    ["params.optimizer not like 'a%'", "B"],
    ["params.dropout = true", "B"],
    ["params.optimizer != 'adam'", "B"],
    ["metrics.accuracy != 0.9", "AD"],
    ["notebook is null", "C"],
    ["notebook is not null", "ABD"],
    ["attributes.status = failed", "C"],
    ["author = 'O''Neil'", "C"],
    ["author like '%ada@lab%' and not metrics.accuracy > 0.95", "BD"],
    ["kind = session or params.units = 32", "BC"],
    ["(kind = session or params.units = 32) and status = failed", "C"],
    ["started >= 2026-11-25", "D"],
    ["duration > 1 AND STATUS = succeeded AND run != D".replace("STATUS", "status"), "AB"],
    ["metrics.nothing = 1", ""],
    ["params.units < 20", "AD"],
    ["params.schedule.rate = 0.1", "B"],
    ["params.schedule.steps.0 = 5", ""],
    ["started > '2026-11-24 06:00:00'", "ABCD"],
    ["started > '2026-11-24 06:00:01'", "D"],
    ["metrics.accuracy = NaN", "D"],
  ])("%s", (filter, expected) => {
    expect(
      runs
        .filter(parseRunFilter(filter))
        .map(({ run: name }) => name)
        .join(""),
    ).toBe(expected);
  });

  test.each([
    [
      "metrics.accuracy",
      'Cannot read the filter "metrics.accuracy": expected an operator such as =, > or like, found its end',
    ],
    [
      "metrics.accuracy > 1 status",
      'Cannot read the filter "metrics.accuracy > 1 status": expected and, or, or the end, found "status" at character 22',
    ],
    ["status = ", 'Cannot read the filter "status = ": expected a value, found its end'],
    ["(status = failed", 'Cannot read the filter "(status = failed": expected ), found its end'],
    [
      "status ; drop",
      'Cannot read the filter "status ; drop": "; drop" at character 8 begins no field, value or operator',
    ],
    [
      "statsu = failed",
      'Cannot find the field "statsu" of a run: there are metrics.NAME, params.NAME, author, duration, kind, notebook, run, started, status; did you mean status?',
    ],
    ["", 'Cannot read the filter "": expected a field such as metrics.accuracy or status, found its end'],
  ])("says what is wrong with %j", (filter, message) => {
    expect(() => parseRunFilter(filter)).toThrow(new RangeError(message));
  });
});

test.each([
  ["metrics.accuracy", "BADC"],
  ["metrics.accuracy desc", "ABDC"],
  ["params.units DESC", "BADC"],
  ["started desc", "DABC"],
  ["author", "ABDC"],
])("parseRunOrder(%j) puts what has no value last", (order, expected) => {
  expect(
    [...runs]
      .sort(parseRunOrder(order))
      .map(({ run: name }) => name)
      .join(""),
  ).toBe(expected);
});
