import { expect, test } from "vitest";
import type { CellTrace } from "../../../kernel-lib/src/lineage/cell-trace.js";
import type { StepFinished } from "../../../kernel-lib/src/lineage/events.js";
import type { RunRecord } from "../../../kernel-lib/src/lineage/run-record.js";
import type { Plan } from "../../../kernel-lib/src/pipeline/compile/plan.js";
import { documentFromLog } from "../../../kernel-lib/src/service/document-from-log.js";

const at = "2026-01-01T00:00:00.000Z";
const trace: CellTrace = {
  cellId: "a",
  sourceHash: "s",
  canonicalHash: "c",
  startedAt: at,
  durationMs: 5,
  cpuMs: 4,
  peakMemoryBytes: 1000,
  reads: [],
  writes: [],
  mutates: [],
  files: [],
  params: [],
  metrics: [{ name: "rows", value: 3, at }],
  tables: [],
  fits: [
    {
      epochs: 2,
      batchSize: null,
      optimizer: null,
      loss: null,
      parameters: null,
      layers: [],
      backend: null,
      history: { loss: [2, 1] },
      durationMs: 1,
    },
  ],
  error: null,
};
const finished = (step: string, status: StepFinished["status"]): StepFinished => ({
  kind: "step.finished",
  run: "R",
  step,
  status,
  at,
  durationMs: 7,
  key: "k",
  inputs: [],
  outputs: [],
  cells: [trace],
  cachedFrom: null,
  error: null,
});
const record = (...steps: StepFinished[]): RunRecord => ({
  run: "R",
  writer: "W",
  author: "me",
  host: "here",
  hlc: [Date.parse(at), 0],
  cells: [],
  steps,
  models: [],
  places: [],
  digest: { cells: 0, steps: steps.length, params: {}, metrics: {}, endMs: null },
  finished: null,
  started: {
    kind: "run.started",
    run: "R",
    runKind: "pipeline",
    notebook: "nb.ipynb",
    at,
    params: {},
    environment: { node: "20", tagline: "0", os: "linux", gitCommit: null, gitDirty: null },
  },
});
const step = (name: string) => ({
  name,
  cells: [name],
  needs: [],
  gives: [],
  params: [],
  metrics: [],
  codeHash: "",
  options: {},
});
const plan: Plan = {
  notebook: "nb.ipynb",
  params: [],
  steps: ["load", "left", "right", "join"].map(step),
  edges: [
    ["load", "left"],
    ["load", "right"],
    ["left", "join"],
    ["right", "join"],
  ].map(([from = "", to = ""]) => ({ from, to, names: [] })),
};
const statuses = (...args: Parameters<typeof documentFromLog>) =>
  documentFromLog(...args)
    .steps.map(({ name, status }) => `${name}:${status}`)
    .join(" ");

test("documentFromLog() tells which steps of a run that goes on may be at work", () => {
  expect(statuses(record(), plan, true)).toBe("load:running left:waiting right:waiting join:waiting");
  expect(statuses(record(finished("load", "cached"), finished("left", "done")), plan, true)).toBe(
    "load:cached left:done right:running join:waiting",
  );
});

test("documentFromLog() of a run that was killed says failed, and that the rest did not run", () => {
  const document = documentFromLog(record(finished("load", "done")), plan, false);
  expect(document.status).toBe("failed");
  expect(statuses(record(finished("load", "done")), plan, false)).toBe(
    "load:done left:skipped right:skipped join:skipped",
  );
});

test("documentFromLog() gathers what a step's cells tell", () => {
  expect(documentFromLog(record(finished("load", "done")), null, true).steps).toEqual([
    {
      name: "load",
      status: "done",
      cells: ["a"],
      durationMs: 7,
      cpuMs: 4,
      peakMemoryBytes: 1000,
      metrics: { rows: 3 },
      reason: "",
      outputs: [],
      series: { loss: [2, 1] },
    },
  ]);
});
