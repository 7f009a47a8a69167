import type { CellError, CellTrace, FileUse, ParamUse } from "../../lineage/cell-trace.js";
import type { NameUses } from "../../track/name-facts.js";

/** What `tagline trace` tells of one code cell. */
export interface CellReport {
  /** The cell's id; in a notebook older than nbformat 4.5 `cell-N`, with N its 0-based index among all cells. */
  readonly cell: string;
  /** Names whose value from before the cell was read; that it assigned or declared; changed in place. Each sorted. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly mutates: readonly string[];
  /** By path, then mode. Paths are relative to the notebook's folder, absolute outside of its project. */
  readonly files: readonly FileUse[];
  /** In the order of the calls. */
  readonly params: readonly ParamUse[];
  readonly metrics: readonly { readonly name: string; readonly value: number; readonly step?: number }[];
  /** Null if the cell ended well. */
  readonly error: CellError | null;
}

/** What the tracing process tells, one JSON document a line. */
export type TraceMessage =
  | { readonly kind: "begin"; readonly index: number }
  /** A report; a later one of the same index takes its place. */
  | { readonly kind: "cell"; readonly index: number; readonly report: CellReport }
  | { readonly kind: "end" };

/** The report of a cell that did not come to run. */
export function emptyReport(cell: string, error: CellError): CellReport {
  return { cell, reads: [], writes: [], mutates: [], files: [], params: [], metrics: [], error };
}

export function toReport(cell: string, trace: CellTrace, shorten: (path: string) => string): CellReport {
  return {
    cell,
    reads: trace.reads,
    writes: trace.writes,
    mutates: trace.mutates,
    files: trace.files
      .map((file) => ({ ...file, path: shorten(file.path) }))
      .sort((a, b) => compare(a.path, b.path) || compare(a.mode, b.mode)),
    params: trace.params,
    metrics: trace.metrics.map(({ name, value, step }) => ({ name, value, ...(step === undefined ? {} : { step }) })),
    error: trace.error,
  };
}

/** A report with what callbacks of the cell did with names after it had ended. */
export function withUses(report: CellReport, uses: NameUses): CellReport {
  const written = new Set([...report.writes, ...uses.writes]);
  return {
    ...report,
    reads: union(report.reads, uses.reads),
    writes: [...written].sort(),
    mutates: union(report.mutates, uses.mutates).filter((name) => !written.has(name)),
  };
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])].sort();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
