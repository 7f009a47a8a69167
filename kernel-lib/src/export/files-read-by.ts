import { isAbsolute, join } from "node:path";
import type { CellTrace } from "../lineage/cell-trace.js";
import { readLog } from "../lineage/read-log.js";

/** Files that the latest pipeline run and the latest session of a notebook read and had not written, absolute, sorted. */
export function filesReadBy(root: string, notebook: string): string[] {
  const { events } = readLog(root);
  const latest = new Set<string>();
  for (const runKind of ["pipeline", "session"] as const) {
    const last = events.findLast(
      ({ event }) => event.kind === "run.started" && event.runKind === runKind && event.notebook === notebook,
    );
    if (last?.event.kind === "run.started") latest.add(last.event.run);
  }
  const read = new Set<string>();
  const written = new Set<string>();
  const look = (cells: readonly CellTrace[]): void => {
    for (const file of cells.flatMap((cell) => cell.files)) (file.mode === "read" ? read : written).add(file.path);
  };
  for (const { event } of events) {
    if (event.kind === "step.finished" && latest.has(event.run)) look(event.cells);
    if (event.kind === "cell.finished" && latest.has(event.run)) look([event.trace]);
  }
  return [...read]
    .filter((path) => !written.has(path))
    .map((path) => (isAbsolute(path) ? path : join(root, path)))
    .sort();
}
