import type { LayoutOptions } from "./layout-types.js";
import type { Chain, Slot } from "./slot.js";

/** Between a line and its label. */
export const LABEL_GAP = 6;

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
export function placeLabels(chains: readonly Chain[], layerCount: number, o: Required<LayoutOptions>) {
  const labels = chains.map((chain): Label => {
    const [a, b] = [chain.slots[0] as Slot, chain.slots[1] as Slot]; // a chain has both ends
    if (chain.slots.length > 2) return { chain, x: b.x + b.port + LABEL_GAP, anchor: "start", beside: b, row: 0 };
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
      ({ chain, beside }) => beside === null && chain.edge.label !== "" && chain.slots[0]?.layer === layer,
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
