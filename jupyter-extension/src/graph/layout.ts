/** A small layered layout: longest-path layers top down, barycenter order, long edges through waypoints. Pure. */
export interface LayoutNode {
  readonly id: string;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** Text beside the edge; empty for none. */
  readonly label: string;
}

export interface LayoutOptions {
  readonly nodeWidth?: number;
  readonly nodeHeight?: number;
  /** Space between neighbours in a layer. */
  readonly gapX?: number;
  /** Space between layers, without labels. */
  readonly gapY?: number;
  /** Height of a row of labels. */
  readonly labelHeight?: number;
  /** Width of a character in a label. */
  readonly labelCharWidth?: number;
}

/** Sizes and places are CSS pixels; nodes by their left upper corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly edges: readonly EdgeShape[];
}

export interface EdgeShape {
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
  readonly label: string;
  readonly labelX: number;
  /** Of the text's middle line. */
  readonly labelY: number;
  /** Which end of the text stands at `labelX`. */
  readonly labelAnchor: "start" | "end";
}

const DEFAULTS: Required<LayoutOptions> = {
  nodeWidth: 168,
  nodeHeight: 50,
  gapX: 22,
  gapY: 28,
  labelHeight: 14,
  labelCharWidth: 6,
};
const WAYPOINT_WIDTH = 10;
/** Between a line and its label. */
const LABEL_GAP = 6;
const SWEEPS = 8;

/** A node or a waypoint of a long edge. */
interface Slot {
  readonly id: string;
  readonly layer: number;
  readonly width: number;
  /** Where edges meet it, from its left. */
  readonly port: number;
  x: number;
  readonly up: Slot[];
  readonly down: Slot[];
}

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
    const chain = [from];
    for (let layer = from.layer + 1; layer < to.layer; layer++) {
      // The first waypoint keeps room for the label, which stands beside the line there.
      const room = layer === from.layer + 1 && edge.label !== "" ? LABEL_GAP + edge.label.length * o.labelCharWidth : 0;
      chain.push(place(`${index}:${layer}`, layer, WAYPOINT_WIDTH + room, WAYPOINT_WIDTH / 2));
    }
    chain.push(to);
    link(chain);
    return [{ edge, chain }];
  });
  order(layers);
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
  return {
    width: Math.max(width, right) + shift,
    height: layers.length === 0 ? 0 : (tops[tops.length - 1] ?? 0) + o.nodeHeight,
    nodes: new Map(
      nodes.flatMap(({ id }) => {
        const slot = slots.get(id);
        return slot === undefined ? [] : [[id, { x: slot.x, y: top(slot) }] as const];
      }),
    ),
    edges: labels.map(({ chain: { edge, chain }, x, row, anchor, beside }) => ({
      from: edge.from,
      to: edge.to,
      label: edge.label,
      path: pathOf(chain, top, o.nodeHeight),
      labelX: x + shift,
      labelY:
        beside === null
          ? top(chain[0] as Slot) /* a chain has both ends */ + o.nodeHeight + o.gapY / 2 + row * o.labelHeight
          : top(beside) + o.nodeHeight / 2,
      labelAnchor: anchor,
    })),
  };
}

/** Layer of each node: the length of the longest way to it. Edges that close a cycle are left out. */
function longestPath(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, number> {
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

function link(chain: readonly Slot[]): void {
  for (let i = 1; i < chain.length; i++) {
    const above = chain[i - 1] as Slot; // i starts at 1
    const below = chain[i] as Slot; // i ends before the length
    above.down.push(below);
    below.up.push(above);
  }
}

/** Sweeps down and up, each time sorting a layer by the middle of its neighbours' places. */
function order(layers: Slot[][]): void {
  const index = new Map<Slot, number>();
  const number = (layer: readonly Slot[]): void => {
    for (const [i, slot] of layer.entries()) index.set(slot, i);
  };
  layers.forEach(number);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers, index);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const middle = (slot: Slot): number => {
        const near = down ? slot.up : slot.down;
        if (near.length === 0) return index.get(slot) ?? 0;
        return near.reduce((sum, other) => sum + (index.get(other) ?? 0), 0) / near.length;
      };
      const keys = new Map(layer.map((slot) => [slot, middle(slot)]));
      layer.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      number(layer);
    }
    const count = crossings(layers, index);
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => [...layer]);
    }
  }
  for (const [i, layer] of layers.entries()) layer.splice(0, layer.length, ...(best[i] ?? []));
}

function crossings(layers: readonly Slot[][], index: ReadonlyMap<Slot, number>): number {
  let count = 0;
  for (const layer of layers) {
    const pairs = layer.flatMap((slot) =>
      slot.down.map((other) => [index.get(slot) ?? 0, index.get(other) ?? 0] as const),
    );
    for (let i = 0; i < pairs.length; i++) {
      for (let j = i + 1; j < pairs.length; j++) {
        const [a, b] = pairs[i] ?? [0, 0];
        const [c, d] = pairs[j] ?? [0, 0];
        if ((a - c) * (b - d) < 0) count++;
      }
    }
  }
  return count;
}

/** Pulls each slot towards the middle of its neighbours, keeping order and distance. Returns the width. */
function assignX(layers: readonly Slot[][], gapX: number): number {
  for (const layer of layers) {
    let x = 0;
    for (const slot of layer) {
      slot.x = x;
      x += slot.width + gapX;
    }
  }
  for (let sweep = 0; sweep < SWEEPS * 2; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      spread(
        layer,
        layer.map((slot) => {
          const near = down ? slot.up : slot.down;
          const around = near.length > 0 ? near : down ? slot.down : slot.up;
          if (around.length === 0) return slot.x;
          return around.reduce((sum, other) => sum + other.x + other.port, 0) / around.length - slot.port;
        }),
        gapX,
      );
    }
  }
  const all = layers.flat();
  const left = Math.min(...all.map((slot) => slot.x), Number.POSITIVE_INFINITY);
  for (const slot of all) slot.x = Math.round(slot.x - left);
  return Math.max(0, ...all.map((slot) => slot.x + slot.width));
}

/**
 * The places nearest to the wanted ones (least squares) that keep order and distance: neighbours that would
 * overlap become one block at the mean of what its members want.
 */
function spread(layer: readonly Slot[], wanted: readonly number[], gapX: number): void {
  interface Block {
    start: number;
    sum: number;
    count: number;
  }
  const offsets: number[] = [];
  let offset = 0;
  for (const slot of layer) {
    offsets.push(offset);
    offset += slot.width + gapX;
  }
  const blocks: Block[] = [];
  layer.forEach((_slot, i) => {
    let block: Block = { start: i, sum: (wanted[i] ?? 0) - (offsets[i] ?? 0), count: 1 };
    for (
      let last = blocks[blocks.length - 1];
      last !== undefined && last.sum / last.count >= block.sum / block.count;
      last = blocks[blocks.length - 1]
    ) {
      blocks.pop();
      block = { start: last.start, sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  });
  for (const block of blocks) {
    for (let i = block.start; i < block.start + block.count; i++) {
      const slot = layer[i];
      if (slot !== undefined) slot.x = block.sum / block.count + (offsets[i] ?? 0);
    }
  }
}

interface Chain {
  readonly edge: LayoutEdge;
  readonly chain: readonly Slot[];
}

interface Label {
  readonly chain: Chain;
  readonly x: number;
  readonly anchor: "start" | "end";
  /** The waypoint that it stands beside, or null: it stands in the gap under the edge's source. */
  readonly beside: Slot | null;
  row: number;
}

/**
 * A short edge's label stands in its gap, beside the curve; those that would overlap get rows of their own.
 * A long edge's stands where the edge runs alone.
 */
function placeLabels(chains: readonly Chain[], layerCount: number, o: Required<LayoutOptions>) {
  const labels = chains.map((chain): Label => {
    const [a, b] = [chain.chain[0] as Slot, chain.chain[1] as Slot]; // a chain has both ends
    if (chain.chain.length > 2) return { chain, x: b.x + b.port + LABEL_GAP, anchor: "start", beside: b, row: 0 };
    const [from, to] = [a.x + a.port, b.x + b.port];
    // Both outer sides of the curve are free of it: beyond the end where a fork spreads, beyond the start where edges meet.
    const forks = a.down.length > 1;
    const rightwards = from <= to;
    return rightwards === (forks || from === to)
      ? { chain, x: (forks ? to : from) + LABEL_GAP, anchor: "start", beside: null, row: 0 }
      : { chain, x: (forks ? to : from) - LABEL_GAP, anchor: "end", beside: null, row: 0 };
  });
  const span = ({ chain, x, anchor }: Label): readonly [number, number] => {
    const width = chain.edge.label.length * o.labelCharWidth;
    return anchor === "end" ? [x - width, x] : [x, x + width];
  };
  const gaps: number[] = Array.from({ length: Math.max(0, layerCount - 1) }, () => o.gapY);
  for (const layer of gaps.keys()) {
    const here = labels.filter(
      ({ chain, beside }) => beside === null && chain.edge.label !== "" && chain.chain[0]?.layer === layer,
    );
    here.sort((a, b) => span(a)[0] - span(b)[0]);
    const ends: number[] = [];
    for (const label of here) {
      const [start, end] = span(label);
      while ((ends[label.row] ?? Number.NEGATIVE_INFINITY) > start - LABEL_GAP) label.row++;
      ends[label.row] = end;
    }
    gaps[layer] = o.gapY + Math.max(0, ends.length - 1) * o.labelHeight;
  }
  const spans = labels.filter(({ chain }) => chain.edge.label !== "").map(span);
  return {
    labels,
    gaps,
    left: Math.min(0, ...spans.map(([start]) => start)),
    right: Math.max(0, ...spans.map(([, end]) => end)),
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
