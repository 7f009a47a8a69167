import type { CellTrace } from "../../lineage/cell-trace.js";
import type { Program } from "./program.js";
import type { StepError } from "./run-document.js";

/** Observed records, completed by what is known of the cells' code: names read, written and changed, and the error's place. */
export function completeTraces(
  cells: readonly CellTrace[],
  program: Program,
  error: StepError | null,
): readonly CellTrace[] {
  return cells.map((trace) => {
    const known = trace.cellId === null ? undefined : program.cells[trace.cellId];
    const names = known === undefined ? {} : { reads: known.reads, writes: known.writes, mutates: known.mutates };
    if (trace.error === null || error === null) return { ...trace, ...names };
    const { name, message, column, stack } = error;
    // A function of another cell may have thrown: its line is of that cell.
    const line = error.cellId === trace.cellId ? error.line : null;
    return { ...trace, ...names, error: { name, message, line, column: line === null ? null : column, stack } };
  });
}

/** The last value of each metric, by name, in the order of first appearance. */
export function lastMetrics(cells: readonly CellTrace[]): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const { name, value } of cells.flatMap((cell) => cell.metrics)) metrics[name] = value;
  return metrics;
}

/** Values that params really had. */
export function usedParams(cells: readonly CellTrace[]): Record<string, unknown> {
  return Object.fromEntries(cells.flatMap((cell) => cell.params.map((param) => [param.name, param.value])));
}

/** History of the last fit, or null if there was none. */
export function lastFitSeries(cells: readonly CellTrace[]): Readonly<Record<string, readonly number[]>> | null {
  return cells.flatMap((cell) => cell.fits).at(-1)?.history ?? null;
}
