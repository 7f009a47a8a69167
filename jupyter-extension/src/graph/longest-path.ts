import type { LayoutEdge, LayoutNode } from "./layout-types.js";

/** Layer of each node: the length of the longest way to it. Of the edges of a circle, those against the nodes' order are left out. */
export function longestPath(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, number> {
  const order = new Map(nodes.map((node, index) => [node.id, index]));
  const back = (edge: LayoutEdge): boolean => (order.get(edge.from) ?? 0) >= (order.get(edge.to) ?? 0);
  const into = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const edge of edges) {
    if (!into.has(edge.from) || (back(edge) && reaches(edges, edge.to, edge.from))) continue;
    into.get(edge.to)?.push(edge.from);
  }
  const layer = new Map<string, number>();
  const visit = (id: string): number => {
    const known = layer.get(id);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(into.get(id) ?? []).map(visit)) + 1;
    layer.set(id, depth);
    return depth;
  };
  for (const node of nodes) visit(node.id);
  return layer;
}

function reaches(edges: readonly LayoutEdge[], from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    if (id === to) return true;
    for (const edge of edges) if (edge.from === id) seen.add(edge.to);
  }
  return false;
}
