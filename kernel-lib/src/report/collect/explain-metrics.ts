import { formatWhy } from "../../lineage/format-why.js";
import type { LogReader } from "../../lineage/reader.js";
import type { RunRecord } from "../../lineage/run-record.js";
import { tracesOf } from "../../lineage/runs.js";
import { why } from "../../lineage/why.js";
import type { ReportData } from "./report-data.js";

/** Trees in one report; a notebook with a metric for each of a hundred classes would drown the rest. */
const TREES_AT_MOST = 6;

/** `accuracy` matters, `accuracy.baseline` and `recall.Gentoo` stand in its detail; where all have dots, all matter. */
export function mainMetrics<Metric extends { readonly name: string }>(metrics: readonly Metric[]): readonly Metric[] {
  const plain = metrics.filter(({ name }) => !name.includes("."));
  return plain.length > 0 ? plain : metrics;
}

/** How the run came to its main metrics. Those that have the same causes share a tree. */
export function explainMetrics(reader: LogReader, record: RunRecord): ReportData["lineage"] {
  const names = [...new Set(tracesOf(record).flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const trees = new Map<string, { metrics: string[]; tree: string; causes: number }>();
  for (const { name } of mainMetrics(names.map((name) => ({ name })))) {
    const result = why(reader, `metric:${name}@${record.run}`);
    const causes = result.nodes
      .slice(1)
      .map(({ id }) => id)
      .join("\n");
    const same = trees.get(causes);
    if (same) same.metrics.push(name);
    else if (trees.size < TREES_AT_MOST)
      trees.set(causes, {
        metrics: [name],
        tree: formatWhy(result, { cwd: reader.root }),
        causes: result.nodes.length,
      });
  }
  // What went the longest way is what readers ask about.
  return [...trees.values()].sort((a, b) => b.causes - a.causes).map(({ metrics, tree }) => ({ metrics, tree }));
}
