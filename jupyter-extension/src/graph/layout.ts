import { assignX } from "./assign-x.js";
import { closeCircles } from "./close-circles.js";
import type { Layout, LayoutEdge, LayoutNode, LayoutOptions } from "./layout-types.js";
import { longestPath } from "./longest-path.js";
import { orderLayers } from "./order-layers.js";
import { LABEL_GAP, placeLabels } from "./place-labels.js";
import { type Chain, link, type Slot } from "./slot.js";

const DEFAULTS: Required<LayoutOptions> = {
  nodeWidth: 168,
  nodeHeight: 50,
  gapX: 22,
  gapY: 28,
  labelHeight: 14,
  labelCharWidth: 6,
};
const WAYPOINT_WIDTH = 10;

/** A small layered layout: longest-path layers top down, barycenter order, long edges through waypoints. Pure. */
export function layoutGraph(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  options: LayoutOptions = {},
): Layout {
  const o = { ...DEFAULTS, ...options };
  const layerOf = longestPath(nodes, edges);
  const slots = new Map<string, Slot>();
  const layers: Slot[][] = [];
  const place = (id: string, layer: number, width: number, port: number): Slot => {
    const slot: Slot = { id, layer, width, port, x: 0, up: [], down: [] };
    for (let i = layers.length; i <= layer; i++) layers.push([]);
    layers[layer]?.push(slot);
    return slot;
  };
  for (const node of nodes) {
    slots.set(node.id, place(node.id, layerOf.get(node.id) ?? 0, o.nodeWidth, o.nodeWidth / 2));
  }
  const chains = edges.flatMap((edge, index): Chain[] => {
    const from = slots.get(edge.from);
    const to = slots.get(edge.to);
    if (from === undefined || to === undefined || from.layer >= to.layer) return [];
    const way = [from];
    for (let layer = from.layer + 1; layer < to.layer; layer++) {
      // The first waypoint keeps room for the label, which stands beside the line there.
      const room = layer === from.layer + 1 && edge.label !== "" ? LABEL_GAP + edge.label.length * o.labelCharWidth : 0;
      way.push(place(`${index}:${layer}`, layer, WAYPOINT_WIDTH + room, WAYPOINT_WIDTH / 2));
    }
    way.push(to);
    link(way);
    return [{ edge, slots: way }];
  });
  orderLayers(layers);
  const width = assignX(layers, o.gapX);
  const { labels, gaps, left, right } = placeLabels(chains, layers.length, o);
  const tops: number[] = [];
  let y = 0;
  for (let layer = 0; layer < layers.length; layer++) {
    tops.push(y);
    y += o.nodeHeight + (gaps[layer] ?? 0);
  }
  const shift = Math.max(0, -left);
  for (const slot of layers.flat()) slot.x += shift;
  const top = (slot: Slot): number => tops[slot.layer] ?? 0;
  const placed = new Map(
    nodes.flatMap(({ id }) => {
      const slot = slots.get(id);
      return slot === undefined ? [] : [[id, { x: slot.x, y: top(slot) }] as const];
    }),
  );
  const drawn = Math.max(width, right) + shift;
  const circles = closeCircles(
    edges.filter((edge) => !chains.some((chain) => chain.edge === edge)),
    placed,
    { ...o, right: drawn },
  );
  return {
    width: drawn + circles.width,
    height: layers.length === 0 ? 0 : (tops[tops.length - 1] ?? 0) + o.nodeHeight,
    nodes: placed,
    edges: [
      ...labels.map(({ chain: { edge, slots }, x, row, anchor, beside }) => ({
        from: edge.from,
        to: edge.to,
        label: edge.label,
        path: pathOf(slots, top, o.nodeHeight),
        labelX: x + shift,
        labelY:
          beside === null
            ? top(slots[0] as Slot) /* a chain has both ends */ + o.nodeHeight + o.gapY / 2 + row * o.labelHeight
            : top(beside) + o.nodeHeight / 2,
        labelAnchor: anchor,
        closes: false,
      })),
      ...circles.edges,
    ],
  };
}

/** Vertical at both ends of every curve, straight past the nodes of a layer in between. */
function pathOf(chain: readonly Slot[], top: (slot: Slot) => number, nodeHeight: number): string {
  const middle = (slot: Slot): number => slot.x + slot.port;
  let path = "";
  for (let i = 1; i < chain.length; i++) {
    const above = chain[i - 1] as Slot; // i starts at 1
    const below = chain[i] as Slot; // i ends before the length
    const [x0, y0] = [middle(above), top(above) + nodeHeight];
    const [x1, y1] = [middle(below), top(below)];
    if (i === 1) path = `M${x0} ${y0}`;
    else path += ` V${y0}`;
    const half = (y0 + y1) / 2;
    path += x0 === x1 ? ` V${y1}` : ` C${x0} ${half} ${x1} ${half} ${x1} ${y1}`;
  }
  return path;
}
