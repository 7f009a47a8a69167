import { formatWhy } from "../lineage/format-why.js";
import { why } from "../lineage/why.js";
import type { WhyResult } from "../lineage/why-node.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";

/** The way from a name back to its sources, as a graph and as text. */
export function explain(name: string, streams: CliStreams): { readonly graph: WhyResult; readonly text: string } {
  const graph = why(openProject(streams), name);
  const text = formatWhy(graph);
  return { graph, text: text.endsWith("\n") ? text : `${text}\n` };
}
