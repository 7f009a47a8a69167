import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { LogReader } from "../../lineage/reader.js";
import type { RunRecord } from "../../lineage/run-record.js";
import { summarizeRun, tracesOf } from "../../lineage/runs.js";
import { outputsPath, type StepOutput } from "../../pipeline/run/output-log.js";
import type { RunDocument } from "../../pipeline/run/run-document.js";
import { type RunFiles, readJson, runFiles, shortPath } from "../../pipeline/run/run-files.js";
import { readRunInputs } from "../../pipeline/run/run-inputs.js";
import { firstHeading } from "../render/markdown.js";
import { explainMetrics } from "./explain-metrics.js";
import { readCells } from "./read-cells.js";
import type { ReportCell, ReportData, ReportFile, ReportParam, ReportStep } from "./report-data.js";

/** Gathers what log, run folder and notebook tell of a run. */
export function collectReport(reader: LogReader, record: RunRecord, notebookPath: string | null = null): ReportData {
  const files = runFiles(reader.root);
  const summary = summarizeRun(record, () => reader.isLive(record));
  const traces = tracesOf(record);
  const warnings: string[] = [];
  const notebook = readSource(files, record, notebookPath, warnings);
  const outputs = readOutputs(files, record);
  const cells =
    notebook === null
      ? []
      : readCells(notebook.name, notebook.text, outputs, new Map(traces.map((trace) => [trace.cellId ?? "", trace])));
  if (notebook !== null) warnAboutCells(cells, record, traces, notebook.isCopy, warnings);
  if (summary.status === "running") warnings.push("The run was still going on when this report was made.");
  const heading = cells.filter((cell) => cell.kind === "markdown").map((cell) => firstHeading(cell.source));
  return {
    title:
      heading.find((text) => text !== null) ??
      (summary.notebook === null ? `Run ${record.run}` : basename(summary.notebook)),
    summary,
    environment: record.started?.environment ?? null,
    notebookHash: notebook === null ? null : createHash("sha256").update(notebook.text).digest("hex"),
    cells,
    params: paramsOf(summary.params, traces),
    metrics: metricsOf(record),
    steps: stepsOf(files, record),
    files: filesOf(files.root, traces),
    lineage: explainMetrics(reader, record),
    unkept: unkeptOf(files, record),
    warnings,
  };
}

function unkeptOf(files: RunFiles, { run }: RunRecord): ReportData["unkept"] {
  const inputs = existsSync(join(files.run(run), "notebook.ipynb")) ? readRunInputs(files, run) : null;
  return (
    inputs?.flatMap(({ path, kind, reason }) => (reason === undefined || kind !== "data" ? [] : [{ path, reason }])) ??
    null
  );
}

interface NotebookSource {
  readonly name: string;
  readonly text: string;
  /** True if the run kept it. */
  readonly isCopy: boolean;
}

/** The run's own copy; else the file, which may have changed since. */
function readSource(
  files: RunFiles,
  record: RunRecord,
  asked: string | null,
  warnings: string[],
): NotebookSource | null {
  const name = record.started?.notebook ?? null;
  const copy = join(files.run(record.run), "notebook.ipynb");
  if (existsSync(copy)) return { name: name ?? copy, text: readFileSync(copy, "utf8"), isCopy: true };
  const path = asked ?? (name === null ? null : resolve(files.root, name));
  if (path === null) {
    warnings.push(
      "The log does not say which notebook this session ran, so its prose and code are not here; name it with --notebook.",
    );
    return null;
  }
  try {
    return { name: shortPath(files.root, path), text: readFileSync(path, "utf8"), isCopy: false };
  } catch {
    warnings.push(
      `The notebook ${shortPath(files.root, path)} is not there any more and the run kept no copy, so its prose and code are missing.`,
    );
    return null;
  }
}

function warnAboutCells(
  cells: readonly ReportCell[],
  record: RunRecord,
  traces: readonly CellTrace[],
  isCopy: boolean,
  warnings: string[],
): void {
  if (!isCopy) {
    const hashes = new Map(cells.map(({ id, source }) => [id, createHash("sha256").update(source).digest("hex")]));
    const last = new Map(traces.map((trace) => [trace.cellId, trace.sourceHash]));
    const changed = [...last].filter(([id, hash]) => id !== null && hashes.get(id) !== hash).length;
    if (changed > 0)
      warnings.push(
        `${changed === 1 ? "One cell that ran was" : `${changed} cells that ran were`} edited or deleted since: their text below is today's.`,
      );
  }
  const saved = cells.filter((cell) => cell.outputsFrom === "file").length;
  if (record.started?.runKind === "session")
    warnings.push(
      saved > 0
        ? "This is a session in JupyterLab: the log tells what its cells read, wrote and logged; outputs are those that were saved in the notebook."
        : "This is a session in JupyterLab: the log tells what its cells read, wrote and logged, but keeps no outputs; save the notebook to see them here.",
    );
  else if (saved > 0)
    warnings.push(
      "Cells outside of the pipeline did not run: their outputs are those that were saved in the notebook.",
    );
}

/** What the steps showed, by cell. A step's cells that showed nothing are there too. */
function readOutputs(files: RunFiles, record: RunRecord): Map<string, readonly StepOutput[]> {
  const byCell = new Map<string, StepOutput[]>();
  for (const step of record.steps) {
    for (const { cellId } of step.cells) if (cellId !== null && !byCell.has(cellId)) byCell.set(cellId, []);
    const outputs = readJson(outputsPath(files.run(record.run), step.step));
    // Written by `OutputLog`, whole or not at all.
    for (const output of Array.isArray(outputs) ? (outputs as readonly StepOutput[]) : []) {
      const cellId = output.cellId ?? step.cells[0]?.cellId ?? "";
      byCell.set(cellId, [...(byCell.get(cellId) ?? []), output]);
    }
  }
  return byCell;
}

function paramsOf(values: Readonly<Record<string, unknown>>, traces: readonly CellTrace[]): ReportParam[] {
  return Object.entries(values).map(([name, value]) => {
    const use = traces.flatMap((trace) => trace.params).findLast((param) => param.name === name) ?? null;
    return { name, value, use, ...(use === null ? {} : { default: use.default }) };
  });
}

function metricsOf(record: RunRecord): ReportData["metrics"] {
  const found = new Map<string, { name: string; value: number; step: string | null }>();
  const add = (trace: CellTrace, step: string | null): void => {
    for (const { name, value } of trace.metrics) found.set(name, { name, value, step });
  };
  for (const { trace } of record.cells) add(trace, null);
  for (const step of record.steps) for (const trace of step.cells) add(trace, step.step);
  return [...found.values()];
}

function stepsOf(files: RunFiles, record: RunRecord): ReportStep[] {
  const json = readJson(join(files.run(record.run), "run.json"));
  // Written by `runProgram`, whole or not at all; absent while the run goes on.
  const document = json as RunDocument | null;
  return record.steps.map((step) => {
    const known = document?.steps.find(({ name }) => name === step.step);
    return {
      name: step.step,
      status: step.status,
      durationMs: step.durationMs,
      cpuMs: known?.cpuMs ?? step.cells.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      peakMemoryBytes: known?.peakMemoryBytes ?? Math.max(0, ...step.cells.map((trace) => trace.peakMemoryBytes)),
      reason: known?.reason ?? (step.cachedFrom === null ? "" : `as in run ${step.cachedFrom}`),
      inputs: step.inputs,
      outputs: step.outputs,
      cachedFrom: step.cachedFrom,
      error: step.error,
      files: filesOf(files.root, step.cells),
      params: [...new Set(step.cells.flatMap(({ params }) => params.map(({ name }) => name)))],
      metrics: [...new Set(step.cells.flatMap(({ metrics }) => metrics.map(({ name }) => name)))],
    };
  });
}

function filesOf(root: string, traces: readonly CellTrace[]): ReportFile[] {
  const written = new Set<string>();
  const found = new Map<string, ReportFile>();
  for (const { mode, path, sha256, bytes } of traces.flatMap((trace) => trace.files)) {
    if (mode === "write") written.add(path);
    else if (!written.has(path)) found.set(`${path} ${sha256}`, { name: shortPath(root, path), path, sha256, bytes });
  }
  return [...found.values()];
}
