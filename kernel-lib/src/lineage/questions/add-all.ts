import type { RunRecord } from "../run-record.js";
import type { WhyBuilder } from "../why-graph.js";

/** Puts all that a run did into the graph: every cell, metric, model version, value handed on and file written. */
export function addAll(builder: WhyBuilder, record: RunRecord): void {
  const metrics = new Set<string>();
  for (const execution of builder.executions(record)) {
    builder.cell(execution);
    for (const { name } of execution.trace.metrics) metrics.add(name);
    for (const file of execution.trace.files) if (file.mode === "write") builder.written(file, execution);
  }
  for (const name of metrics) builder.metric(record, name);
  for (const registered of record.models) builder.model(record, registered);
  for (const step of builder.steps(record))
    for (const use of step.outputs)
      if (!step.inputs.some(({ hash }) => hash === use.hash)) builder.artifact(record, use, null);
}
