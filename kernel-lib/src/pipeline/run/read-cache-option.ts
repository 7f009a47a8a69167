import type { CellTrace } from "../../lineage/cell-trace.js";
import type { CellOptions } from "../../notebook/notebook.js";
import { cacheAgeMs } from "../../notebook/step-options.js";
import type { StepTrace } from "./trace-store.js";

/** Databases that live in the process or in files, which are seen as files. */
const INSIDE = new Set(["duckdb"]);
const ELSEWHERE = /\b(?:https?|s3|gcs|gs|az|azure|postgres(?:ql)?|mysql):/i;

/** What a step was seen reading that no hash can vouch for: `postgresql`, `https://api.example.com`, `the clock`. Each once, in order. */
export function readFromOutside(cells: readonly CellTrace[]): string[] {
  const found = cells.flatMap((cell) => [
    ...(cell.requests ?? []).map((request) => originOf(request.url)),
    ...(cell.queries ?? []).flatMap(({ system, statement }) =>
      INSIDE.has(system) && !ELSEWHERE.test(statement) ? [] : [system],
    ),
    ...(cell.clock === true ? ["the clock"] : []),
  ]);
  return [...new Set(found)];
}

/** Why a result that holds otherwise is not reused, by the step's option `cache`; null if it is. */
export function refuseByOption(trace: StepTrace, cache: CellOptions["cache"], nowMs: number): string | null {
  if (cache === false) return "its option cache is off";
  if (cache === "always") return null;
  if (typeof cache === "string") {
    const ageMs = nowMs - (trace.atMs ?? Number.NEGATIVE_INFINITY);
    return ageMs <= cacheAgeMs(cache) ? null : `its result is older than ${cache}`;
  }
  const outside = readFromOutside(trace.cells);
  if (outside.length === 0) return null;
  return `it reads ${outside.join(", ")}, which may say something else now (its option cache can be "1d" or "always")`;
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}
