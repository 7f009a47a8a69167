import type { EdgeShape, LayoutEdge, LayoutOptions } from "./layout-types.js";

interface CloseOptions extends Required<LayoutOptions> {
  /** Where everything else ends, pixels. */
  readonly right: number;
}

/** Room for each edge beside the last one. */
const STEP = 14;
/** An arrow's length and half its width: such an edge does not lead down as all others do. */
const ARROW = 6;

/** Edges that lead back up (or nowhere else), each around the right side; an arrow says which way. Pure. */
export function closeCircles(
  edges: readonly LayoutEdge[],
  nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>,
  { nodeWidth, nodeHeight, right }: CloseOptions,
): { readonly edges: readonly EdgeShape[]; readonly width: number } {
  const shapes = edges.flatMap((edge, index): EdgeShape[] => {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (from === undefined || to === undefined) return [];
    const [x0, x1] = [from.x + nodeWidth, to.x + nodeWidth];
    // An edge of a step to itself is a loop, not a line.
    const [y0, y1] = [from.y + nodeHeight * 0.6, to.y + nodeHeight * 0.4];
    const out = right + STEP * (index + 1);
    return [
      {
        from: edge.from,
        to: edge.to,
        label: "",
        path: `M${x0} ${y0} C${out} ${y0} ${out} ${y1} ${x1} ${y1} M${x1 + ARROW} ${y1 - ARROW / 2} L${x1} ${y1} L${x1 + ARROW} ${y1 + ARROW / 2}`,
        labelX: out,
        labelY: (y0 + y1) / 2,
        labelAnchor: "start",
        closes: true,
      },
    ];
  });
  return { edges: shapes, width: shapes.length * STEP };
}
