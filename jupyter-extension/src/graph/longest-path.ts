import type { LayoutEdge, LayoutNode } from "./layout-types.js";

/** Layer of each node: the length of the longest way to it. Edges that close a cycle are left out. */
export function longestPath(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, number> {
  const into = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const edge of edges) into.get(edge.to)?.push(edge.from);
  const layer = new Map<string, number>();
  const open = new Set<string>();
  const visit = (id: string): number => {
    const known = layer.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const depth = Math.max(-1, ...(into.get(id) ?? []).filter((from) => into.has(from)).map(visit)) + 1;
    open.delete(id);
    layer.set(id, depth);
    return depth;
  };
  for (const node of nodes) visit(node.id);
  return layer;
}
