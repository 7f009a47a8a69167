import { expect, test } from "vitest";
import { applyFix } from "../../jupyter-extension/src/model/edit-tags.js";
import { orderMetrics } from "../../jupyter-extension/src/model/order-metrics.js";
import { parseParam } from "../../jupyter-extension/src/model/param-values.js";
import { listProblems } from "../../jupyter-extension/src/model/problems.js";
import { foldProgress } from "../../jupyter-extension/src/model/run-view.js";
import { codeOfSteps, isEdited } from "../../jupyter-extension/src/model/step-code.js";
import { formatBytes, formatMs, formatNumber, viewStep } from "../../jupyter-extension/src/model/step-view.js";
import { tellAgo } from "../../jupyter-extension/src/model/tell-time.js";
import type { CellFacts } from "../../kernel-lib/src/notebook/cell-facts.js";
import type { Notebook } from "../../kernel-lib/src/notebook/notebook.js";
import type { PlanParam, PlanStep } from "../../kernel-lib/src/pipeline/compile/plan.js";
import type { RunDocument, StepDocument } from "../../kernel-lib/src/pipeline/run/run-document.js";

const step = (name: string, status: StepDocument["status"], more: Partial<StepDocument> = {}): StepDocument => ({
  name,
  status,
  cells: ["c"],
  durationMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  metrics: {},
  reason: "",
  outputs: [],
  ...more,
});
const run = (status: RunDocument["status"], ...steps: StepDocument[]): RunDocument => ({
  run: "R",
  notebook: "nb.ipynb",
  status,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  params: {},
  metrics: {},
  steps,
  diagnostics: [],
});
const NOW = Date.parse("2026-01-01T00:00:00Z");
const fold = (view: Parameters<typeof foldProgress>[0], progress: Parameters<typeof foldProgress>[1]) =>
  foldProgress(view, progress, NOW);
const plan = (name: string): PlanStep => ({
  name,
  cells: ["c"],
  needs: [],
  gives: [],
  params: [],
  metrics: [],
  codeHash: "1",
  options: {},
});

test("applyFix() adds and removes tags and keeps the others in their order", () => {
  expect(applyFix(["mine", "stpe:load", "other"], { addTags: ["step:load"], removeTags: ["stpe:load"] })).toEqual([
    "step:load",
    "mine",
    "other",
  ]);
  expect(applyFix(["step:load"], { addTags: ["step:load"], removeTags: [] })).toEqual(["step:load"]);
});

test("foldProgress() follows a run from its document through notes to its end", () => {
  let view = fold(null, { kind: "run", document: run("running", step("train", "waiting")) });
  view = fold(view, { kind: "step", run: "R", step: step("train", "running") });
  view = fold(view, {
    kind: "note",
    run: "R",
    step: "train",
    text: "epoch 1/2",
    fraction: 0.5,
    values: { loss: 0.4 },
  });
  view = fold(view, {
    kind: "note",
    run: "R",
    step: "train",
    text: "epoch 2/2",
    fraction: 1,
    values: { loss: 0.2 },
  });
  view = fold(view, { kind: "log", run: "R", step: "train", stream: "stdout", text: "hello\nthere\n" });
  expect(view?.document.steps[0]?.status).toBe("running");
  expect(view?.steps.get("train")).toEqual({
    note: "epoch 2/2",
    fraction: 1,
    series: { loss: [0.4, 0.2] },
    lines: ["hello", "there"],
    since: NOW,
  });
  view = fold(view, { kind: "run", document: run("succeeded", step("train", "done")) });
  expect(view?.document.status).toBe("succeeded");
  expect(view?.steps.get("train")?.series).toEqual({ loss: [0.4, 0.2] });
});

test("foldProgress() does not count notes twice that are told again after a connection", () => {
  const document = run("running", step("train", "running"));
  const note = {
    kind: "note",
    run: "R",
    step: "train",
    text: "epoch 1/2",
    fraction: 0.5,
    values: { loss: 0.4 },
  } as const;
  let view = fold(null, { kind: "run", document });
  view = fold(view, note);
  view = fold(view, { kind: "run", document });
  view = fold(view, note);
  expect(view?.steps.get("train")?.series).toEqual({ loss: [0.4] });
});

test("foldProgress() ignores news of another run", () => {
  const view = fold(null, { kind: "run", document: run("running", step("a", "waiting")) });
  expect(fold(view, { kind: "step", run: "OTHER", step: step("a", "failed") })).toBe(view);
});

test("viewStep() says what a node shows in each state", () => {
  const shows = (...args: Parameters<typeof viewStep>) => {
    const { state, stateText, about, time, edited } = viewStep(...args);
    return { state, stateText, about, time, edited };
  };
  expect(shows(plan("a"), null, { nowMs: NOW })).toEqual({
    state: "idle",
    stateText: "not run",
    about: "1 cell",
    time: "",
    edited: false,
  });
  const done = step("a", "done", {
    durationMs: 1340,
    outputs: [{ name: "raw", hash: "", type: "table", bytes: 1, summary: "344 rows × 7 columns" }],
  });
  const view = fold(null, { kind: "run", document: run("succeeded", done) });
  expect(shows(plan("a"), view, { nowMs: NOW })).toEqual({
    state: "done",
    stateText: "done",
    about: "344 rows",
    time: "1.3 s",
    edited: false,
  });
  expect(shows(plan("a"), view, { edited: true, nowMs: NOW })).toMatchObject({
    stateText: "edited",
    edited: true,
  });
  const training = fold(fold(null, { kind: "run", document: run("running", step("a", "running")) }), {
    kind: "note",
    run: "R",
    step: "a",
    text: "epoch 25/40",
    fraction: 0.625,
  });
  expect(shows(plan("a"), training, { nowMs: NOW })).toEqual({
    state: "running",
    stateText: "62 %",
    about: "epoch 25/40",
    time: "",
    edited: false,
  });
});

test("numbers, times and sizes read as a person would say them", () => {
  expect([0.9853123, 12, 1234567.891, -0.00001234, Number.NaN].map(formatNumber)).toEqual([
    "0.9853",
    "12",
    "1235000",
    "-0.00001234",
    "NaN",
  ]);
  expect([0, 1340, 59_949, 125_400].map(formatMs)).toEqual(["0.0 s", "1.3 s", "59.9 s", "2 min 5 s"]);
  expect([512, 2048, 148_000_000].map(formatBytes)).toEqual(["512 B", "2.0 kB", "148 MB"]);
  const now = Date.parse("2026-01-01T12:00:00Z");
  expect(
    ["2026-01-01T11:59:30Z", "2026-01-01T11:15:00Z", "2026-01-01T09:00:00Z"].map((at) => tellAgo(at, now)),
  ).toEqual(["just now", "45 min ago", "3 h ago"]);
});

const param = (more: Partial<PlanParam>): PlanParam => ({ name: "p", type: "number", cellId: "c", line: 1, ...more });
test.each([
  [param({ min: 1, max: 5 }), "3", 3],
  [param({ type: "string" }), "abc", "abc"],
  [param({ type: "boolean" }), "false", false],
  [param({ type: "json" }), '{"a": [1]}', { a: [1] }],
  [param({ choices: [8, 16] }), "16", 16],
])("parseParam() reads %j", (of, text, value) => {
  expect(parseParam(of, text)).toEqual({ problem: null, value });
});
test.each([
  [param({ min: 1 }), "0", "At least 1."],
  [param({ max: 5 }), "6", "At most 5."],
  [param({}), "", "A number, please."],
  [param({ type: "json" }), "{", "Not JSON yet."],
  [param({ choices: [8, 16] }), "9", "Choose one of 8, 16."],
])("parseParam() refuses what the parameter does not take: %j", (of, text, problem) => {
  expect(parseParam(of, text)).toEqual({ problem });
});

test("listProblems() puts errors first, then goes by the notebook, and names places", () => {
  const cell = (id: string, index: number) =>
    ({ id, index, kind: "code", source: "", tags: [], options: {}, executionCount: null }) as const;
  const notebook: Notebook = {
    path: "nb.ipynb",
    settings: {},
    language: null,
    cells: [cell("a", 0), cell("b", 1), cell("c", 2)],
  };
  const problems = listProblems(notebook, [
    { code: "TL010", severity: "warning", message: "hidden", cellId: "b", line: 1 },
    { code: "TL002", severity: "error", message: "bad tag", cellId: "c", line: null },
    { code: "TL001", severity: "error", message: "bad name", cellId: "a", line: 2 },
  ]);
  expect(problems.map(({ code, severity, place }) => [code, severity, place])).toEqual([
    ["TL001", "error", "cell 1, line 2"],
    ["TL002", "error", "cell 3"],
    ["TL010", "warning", "cell 2, line 1"],
  ]);
});

const facts = (canonicalHash: string, ...kinds: CellFacts["statements"][number]["kind"][]) =>
  ({ canonicalHash, statements: kinds.map((kind) => ({ kind })) }) as unknown as CellFacts; // the parts that are looked at

test("isEdited() compares the cells that ran with those that stand there", () => {
  const step = { ...plan("a"), cells: ["x", "y"] };
  const now = new Map([
    ["x", facts("1", "variable")],
    ["y", facts("2", "expression")],
    ["params", facts("3", "variable")],
    ["other", facts("4", "variable")],
  ]);
  const edited = (then: Parameters<typeof isEdited>[1], stands = now) =>
    isEdited(step, then, stands, new Set(["params"]));
  expect(edited(codeOfSteps([step], now))).toBe(false);
  expect(edited({ a: { x: "1", y: "2", params: "3" } })).toBe(false);
  expect(edited({ a: { x: "1", y: "2", params: "before" } })).toBe(true);
  expect(edited({ a: { x: "1", y: "before" } })).toBe(true);
  expect(edited({ a: { x: "1", y: "2", gone: "3" } })).toBe(true);
  expect(edited({ a: { x: "1", y: "2", other: "4" } })).toBe(true);
  expect(edited({ a: { x: "1" } })).toBe(true);
  // A cell of functions alone leaves no trace in a run.
  expect(edited({ a: { x: "1" } }, new Map([...now, ["y", facts("2", "function", "import")]]))).toBe(false);
  expect(edited(null)).toBe(false);
  expect(edited({ other: {} })).toBe(false);
});

test("orderMetrics() begins with those of the last step", () => {
  const document = {
    ...run(
      "succeeded",
      step("clean", "done", { metrics: { birds: 342 } }),
      step("evaluate", "done", { metrics: { accuracy: 0.9, recall: 0.8 } }),
      step("model", "done"),
    ),
    metrics: { birds: 342, accuracy: 0.9, recall: 0.8 },
  };
  expect(orderMetrics(document)).toEqual([
    ["accuracy", 0.9],
    ["recall", 0.8],
    ["birds", 342],
  ]);
});
