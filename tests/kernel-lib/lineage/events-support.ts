import type { CellTrace } from "../../../kernel-lib/src/lineage/cell-trace.js";
import type { CellFinished, RunStarted, StepFinished } from "../../../kernel-lib/src/lineage/events.js";

export function runStarted(run: string, more: Partial<RunStarted> = {}): RunStarted {
  return {
    kind: "run.started",
    run,
    runKind: "session",
    notebook: "penguins.ipynb",
    at: "2026-11-24T06:00:00.000Z",
    params: {},
    environment: { node: "20.20.0", tagline: "0.1.0", os: "linux", gitCommit: null, gitDirty: null },
    ...more,
  };
}

export function trace(more: Partial<CellTrace> = {}): CellTrace {
  return {
    cellId: null,
    sourceHash: "5".repeat(64),
    canonicalHash: "c".repeat(64),
    startedAt: "2026-11-24T06:00:00.000Z",
    durationMs: 5,
    cpuMs: 4,
    peakMemoryBytes: 1000,
    reads: [],
    writes: [],
    mutates: [],
    files: [],
    params: [],
    metrics: [],
    tables: [],
    fits: [],
    error: null,
    ...more,
  };
}

export function cellFinished(run: string, count: number, more: Partial<CellTrace> = {}): CellFinished {
  return { kind: "cell.finished", run, count, trace: trace(more) };
}

export function stepFinished(run: string, step: string, more: Partial<StepFinished> = {}): StepFinished {
  return {
    kind: "step.finished",
    run,
    step,
    status: "done",
    at: "2026-11-24T06:00:01.000Z",
    durationMs: 10,
    key: "e".repeat(64),
    inputs: [],
    outputs: [],
    cells: [],
    cachedFrom: null,
    error: null,
    ...more,
  };
}
