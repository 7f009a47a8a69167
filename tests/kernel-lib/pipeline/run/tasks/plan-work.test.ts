import { expect, test } from "vitest";
import type { Plan } from "../../../../../kernel-lib/src/pipeline/compile/plan.js";
import { planWork } from "../../../../../kernel-lib/src/pipeline/run/tasks/plan-work.js";

const step = (name: string, params: readonly string[]): Plan["steps"][number] => ({
  name,
  cells: [name],
  needs: [],
  gives: [],
  params,
  metrics: [],
  codeHash: "",
  options: {},
});

const plan: Plan = {
  notebook: "n.ipynb",
  params: [],
  steps: [step("load", []), step("split", ["seed"]), step("train", ["rate"]), step("report", [])],
  edges: [
    { from: "load", to: "split", names: ["a"] },
    { from: "split", to: "train", names: ["b"] },
    { from: "train", to: "report", names: [] },
  ],
};

test("planWork() has a step do once what no param before it varies", () => {
  const runs = [
    { run: "A", params: { seed: 1, rate: 1 } },
    { run: "B", params: { seed: 1, rate: 2 } },
    { run: "C", params: { seed: 2, rate: 1 } },
  ];
  expect(planWork(plan, runs)).toEqual({
    load: [{ step: "load", runs: ["A", "B", "C"], point: {} }],
    split: [
      { step: "split", runs: ["A", "B"], point: { seed: 1 } },
      { step: "split", runs: ["C"], point: { seed: 2 } },
    ],
    train: [
      { step: "train", runs: ["A"], point: { seed: 1, rate: 1 } },
      { step: "train", runs: ["B"], point: { seed: 1, rate: 2 } },
      { step: "train", runs: ["C"], point: { seed: 2, rate: 1 } },
    ],
    report: [
      { step: "report", runs: ["A"], point: { seed: 1, rate: 1 } },
      { step: "report", runs: ["B"], point: { seed: 1, rate: 2 } },
      { step: "report", runs: ["C"], point: { seed: 2, rate: 1 } },
    ],
  });
});

test("planWork() has one piece of work a step for a single run", () => {
  const work = planWork(plan, [{ run: "A", params: { rate: 3 } }]);
  expect(Object.values(work).flat()).toEqual(plan.steps.map(({ name }) => ({ step: name, runs: ["A"], point: {} })));
});
