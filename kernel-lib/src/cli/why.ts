import { formatWhy } from "../lineage/format-why.js";
import { findProjectRoot } from "../lineage/project.js";
import { why } from "../lineage/why.js";
import type { WhyResult } from "../lineage/why-graph.js";

/** The way from a name back to its sources, as a graph and as text. */
export function explain(name: string): { readonly graph: WhyResult; readonly text: string } {
  const graph = why(findProjectRoot(), name);
  const text = formatWhy(graph);
  return { graph, text: text.endsWith("\n") ? text : `${text}\n` };
}
