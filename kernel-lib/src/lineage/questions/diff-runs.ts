import { relative } from "node:path";
import { findRun } from "../find-run.js";
import { type LogReader, openReader } from "../reader.js";
import type { RunRecord } from "../run-record.js";
import { type RunSummary, summarizeRun, tfjsBackendsOf, tracesOf } from "../runs.js";
import type { RunExecutions } from "../why-graph.js";
import { type Cause, explainMetric } from "./explain-metric.js";

/** What differs between two runs, and for each metric that moved, why. */
export interface RunDiff {
  readonly from: RunSummary;
  readonly to: RunSummary;
  readonly params: readonly ValueChange[];
  readonly data: readonly FileChange[];
  readonly code: readonly CodeChange[];
  readonly environment: readonly ValueChange[];
  /** Values that steps handed on. */
  readonly artifacts: readonly ArtifactChange[];
  readonly metrics: readonly MetricChange[];
}

/** Undefined on the side that does not have it. */
export interface ValueChange {
  readonly name: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** A file that was read, with the sha256 (hex) of its bytes; null where that is not known. */
export interface FileChange {
  /** Relative to the project root where it lies inside. */
  readonly path: string;
  readonly from?: string | null;
  readonly to?: string | null;
}

export interface CodeChange {
  readonly change: "added" | "removed" | "edited";
  /** Null for a cell whose front end gave it no id: such a cell, edited, is one removed and one added. */
  readonly cellId: string | null;
  readonly step: string | null;
  /** sha256 (hex) of the canonical code: comments and white space do not count. */
  readonly from?: string;
  readonly to?: string;
}

export interface ArtifactChange {
  readonly step: string;
  readonly name: string;
  /** sha256 (hex) of the value's canonical bytes. */
  readonly from?: string;
  readonly to?: string;
}

export interface MetricChange {
  readonly name: string;
  readonly from?: number;
  readonly to?: number;
  /** Of a metric that both runs have: the smallest set of changes that can explain its move. */
  readonly causes: readonly Cause[];
}

/**
 * Compares two runs of one project, of the same notebook or not.
 *
 * @param from,to `run:ID`, an id or its beginning, `latest`, `latest~1` (the one before it)
 * @throws UnknownNameError if a name means no run, or several
 */
export function diffRuns(source: string | LogReader, from: string, to: string): RunDiff {
  const reader = typeof source === "string" ? openReader(source) : source;
  const [a, b] = [findRun(reader, from), findRun(reader, to)];
  const [before, after] = [a, b].map((record) => summarizeRun(record, () => reader.isLive(record))) as [
    RunSummary,
    RunSummary,
  ]; // two in, two out
  const ran = new Map<string, RunExecutions>();
  const environment = valueChanges(flatEnvironment(a), flatEnvironment(b));
  return {
    from: before,
    to: after,
    params: valueChanges(before.params, after.params),
    data: fileChanges(reader.root, a, b),
    code: codeChanges(a, b),
    environment,
    artifacts: artifactChanges(a, b),
    metrics: valueChanges(before.metrics, after.metrics).map(({ name, ...values }) => ({
      name,
      ...(values as { from?: number; to?: number }), // metrics are numbers
      causes: "from" in values && "to" in values ? explainMetric(reader, name, a, b, environment, ran) : [],
    })),
  };
}

function valueChanges(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): readonly ValueChange[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((name) => {
    if (Object.hasOwn(from, name) && Object.hasOwn(to, name) && same(from[name], to[name])) return [];
    return [
      {
        name,
        ...(Object.hasOwn(from, name) ? { from: from[name] } : {}),
        ...(Object.hasOwn(to, name) ? { to: to[name] } : {}),
      },
    ];
  });
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

function flatEnvironment(record: RunRecord): Record<string, unknown> {
  const { packages, ...environment } = record.started?.environment ?? {};
  const backends = tfjsBackendsOf(record);
  return {
    ...environment,
    ...(packages === undefined ? {} : { packages: packages.sha256 }),
    ...(backends.length === 0 ? {} : { tfjsBackend: backends.join(", ") }),
    host: record.host,
  };
}

function fileChanges(root: string, a: RunRecord, b: RunRecord): FileChange[] {
  const [from, to] = [filesRead(a), filesRead(b)];
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((path) => {
    const [before, after] = [from.get(path), to.get(path)];
    if (before === after) return [];
    const inside = relative(root, path);
    return [
      {
        path: inside.startsWith("..") ? path : inside,
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after }),
      },
    ];
  });
}

/** The last hash of each file that was read, and that no cell of the run itself wrote before. */
function filesRead(record: RunRecord): Map<string, string | null> {
  const written = new Set<string>();
  const read = new Map<string, string | null>();
  for (const { files } of tracesOf(record)) {
    for (const { path, mode, sha256 } of files) {
      if (mode === "write") written.add(path);
      else if (!written.has(path)) read.set(path, sha256);
    }
  }
  return read;
}

interface CellCode {
  readonly cellId: string | null;
  readonly step: string | null;
  readonly hash: string;
}

function codeChanges(a: RunRecord, b: RunRecord): CodeChange[] {
  const [from, to] = [codeOf(a), codeOf(b)];
  // A pipeline leaves out what is exploration: between it and a session only cells of both are compared.
  const isAlike = a.steps.length > 0 === b.steps.length > 0;
  const changes: CodeChange[] = [];
  for (const [key, before] of from) {
    const after = to.get(key);
    if (after === undefined && isAlike)
      changes.push({ change: "removed", cellId: before.cellId, step: before.step, from: before.hash });
    if (after !== undefined && after.hash !== before.hash)
      changes.push({
        change: "edited",
        cellId: after.cellId,
        step: after.step ?? before.step,
        from: before.hash,
        to: after.hash,
      });
  }
  for (const [key, after] of to)
    if (!from.has(key) && isAlike)
      changes.push({ change: "added", cellId: after.cellId, step: after.step, to: after.hash });
  return changes;
}

/** As each cell last ran, by its id, else by its code. */
function codeOf(record: RunRecord): Map<string, CellCode> {
  const cells = new Map<string, CellCode>();
  for (const { trace } of record.cells)
    cells.set(trace.cellId ?? `#${trace.canonicalHash}`, {
      cellId: trace.cellId,
      step: null,
      hash: trace.canonicalHash,
    });
  for (const { step, cells: own } of record.steps)
    for (const { cellId, canonicalHash } of own)
      cells.set(cellId ?? `#${canonicalHash}`, { cellId, step, hash: canonicalHash });
  // Functions and the like, of cells that did not run themselves.
  for (const { step, shared = [] } of record.steps)
    for (const { cellId, hash } of shared) if (!cells.has(cellId)) cells.set(cellId, { cellId, step, hash });
  return cells;
}

function artifactChanges(a: RunRecord, b: RunRecord): ArtifactChange[] {
  const [from, to] = [outputsOf(a), outputsOf(b)];
  // Against a session there is nothing to compare.
  if (from.size === 0 || to.size === 0) return [];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) => {
    const [before, after] = [from.get(key), to.get(key)];
    const known = after ?? before;
    if (known === undefined || before?.hash === after?.hash) return [];
    return [
      {
        step: known.step,
        name: known.name,
        ...(before === undefined ? {} : { from: before.hash }),
        ...(after === undefined ? {} : { to: after.hash }),
      },
    ];
  });
}

function outputsOf(
  record: RunRecord,
): Map<string, { readonly step: string; readonly name: string; readonly hash: string }> {
  const outputs = new Map<string, { readonly step: string; readonly name: string; readonly hash: string }>();
  for (const { step, outputs: own } of record.steps)
    for (const { name, hash } of own) outputs.set(`${step}\n${name}`, { step, name, hash });
  return outputs;
}
