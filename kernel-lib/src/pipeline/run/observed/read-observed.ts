import { keyOf } from "../../../lineage/log-index/index-key.js";
import type { LogReader } from "../../../lineage/reader.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import type { Diagnostic } from "../../compile/plan.js";
import type { Program } from "../program.js";
import { observedDiagnostics } from "./observed-diagnostics.js";

/** What the log says against the graph: by the notebook's last session, and the last run that went well. */
export function readObserved(program: Pick<Program, "plan" | "cells">, reader: Pick<LogReader, "runs">): Diagnostic[] {
  let session: RunRecord | null = null;
  let lastRun: RunRecord | null = null;
  // Newest first, and read one by one.
  for (const record of reader.runs(keyOf("notebook", program.plan.notebook))) {
    if (record.started?.runKind === "session") session ??= record.digest.cells > 0 ? record : null;
    else if (record.finished?.status === "succeeded") lastRun ??= record;
    if (session !== null && lastRun !== null) break;
  }
  return observedDiagnostics(program, { session, lastRun });
}
