import { findProjectRoot } from "../lineage/project.js";
import { formatWhy, why } from "../lineage/why.js";

/** The way from a name back to its sources, as a graph and as text. */
export function explain(name: string): { readonly graph: ReturnType<typeof why>; readonly text: string } {
  const graph = why(findProjectRoot(), name);
  return { graph, text: formatWhy(graph) };
}
