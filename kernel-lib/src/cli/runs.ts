import { findProjectRoot } from "../lineage/project.js";
import { listRuns, type RunSummary } from "../lineage/runs.js";
import { duration } from "../pipeline/run/print-progress.js";
import { table } from "./table.js";

export function projectRuns(): readonly RunSummary[] {
  return listRuns(findProjectRoot());
}

export function formatRuns(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return "No runs yet. Start one: tagline run NOTEBOOK\n";
  const rows = runs.map((run) => [
    run.run,
    run.kind,
    run.status,
    run.startedAt.replace("T", " ").slice(0, 19),
    run.durationMs === null ? "" : duration(run.durationMs),
    run.notebook ?? "",
    Object.entries(run.metrics)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`)
      .join(", "),
  ]);
  return `${table(["run", "kind", "status", "started (UTC)", "time", "notebook", "metrics"], rows).join("\n")}\n`;
}
