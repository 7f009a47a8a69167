import { keyOf } from "../../../lineage/log-index/index-key.js";
import type { LogReader } from "../../../lineage/reader.js";
import type { RunRecord } from "../../../lineage/run-record.js";
import type { Diagnostic } from "../../compile/plan.js";
import type { Program } from "../program.js";
import { observedDiagnostics } from "./observed-diagnostics.js";

/** What the log says against the graph: by the notebook's last session, and the last run that went well. */
export function readObserved(
  program: Pick<Program, "plan" | "cells">,
  reader: Pick<LogReader, "records">,
): Diagnostic[] {
  const { notebook } = program.plan;
  const records = reader.records(keyOf("notebook", notebook));
  const isOf = (kind: "session" | "pipeline") => (record: RunRecord) =>
    record.started?.notebook === notebook && record.started.runKind === kind;
  const session = records.find((record) => isOf("session")(record) && record.cells.length > 0);
  const lastRun = records.find((record) => isOf("pipeline")(record) && record.finished?.status === "succeeded");
  return observedDiagnostics(program, { session: session ?? null, lastRun: lastRun ?? null });
}
