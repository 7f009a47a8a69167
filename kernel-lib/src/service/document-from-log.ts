import type { StepFinished } from "../lineage/events.js";
import type { RunRecord } from "../lineage/run-record.js";
import { summarizeRun } from "../lineage/runs.js";
import type { Plan } from "../pipeline/compile/plan.js";
import type { RunDocument, StepDocument } from "../pipeline/run/run-document.js";

/**
 * The document of a run as far as its log tells it: for one that another process has going, or that was killed before
 * it wrote its own. Steps of the plan that the log does not name yet are waiting, or running where all that they need
 * has ended.
 */
export function documentFromLog(record: RunRecord, plan: Plan | null, isLive: boolean): RunDocument {
  const summary = summarizeRun(record, () => isLive);
  const ended = new Map(record.steps.map((step) => [step.step, step]));
  const names = [...new Set([...(plan?.steps.map((step) => step.name) ?? []), ...ended.keys()])];
  const steps = names.map((name): StepDocument => {
    const event = ended.get(name);
    if (event !== undefined) return endedStep(event);
    const needed = plan?.edges.filter((edge) => edge.to === name).map((edge) => ended.get(edge.from)?.status) ?? [];
    const ready = needed.every((status) => status === "done" || status === "cached");
    const status = summary.status !== "running" ? "skipped" : ready ? "running" : "waiting";
    return { ...EMPTY, name, status, cells: plan?.steps.find((step) => step.name === name)?.cells ?? [] };
  });
  return {
    run: record.run,
    notebook: summary.notebook ?? "",
    status: summary.status,
    startedAt: summary.startedAt,
    durationMs: summary.durationMs ?? 0,
    params: summary.params,
    metrics: summary.metrics,
    steps,
    diagnostics: [],
  };
}

const EMPTY = { durationMs: 0, cpuMs: 0, peakMemoryBytes: 0, metrics: {}, reason: "", outputs: [] };

function endedStep(event: StepFinished): StepDocument {
  const metrics: Record<string, number> = {};
  for (const { name, value } of event.cells.flatMap((cell) => cell.metrics)) metrics[name] = value;
  const fits = event.cells.flatMap((cell) => cell.fits);
  const series = fits[fits.length - 1]?.history;
  return {
    name: event.step,
    status: event.status,
    cells: event.cells.flatMap((cell) => cell.cellId ?? []),
    durationMs: event.durationMs,
    cpuMs: event.cells.reduce((sum, cell) => sum + cell.cpuMs, 0),
    peakMemoryBytes: Math.max(0, ...event.cells.map((cell) => cell.peakMemoryBytes)),
    metrics,
    reason: event.cachedFrom === null ? "" : `same code, inputs, params and files as run ${event.cachedFrom}`,
    outputs: event.outputs,
    ...(series === undefined ? {} : { series }),
    ...(event.error === null ? {} : { error: { ...event.error, column: null, stack: [] } }),
  };
}
