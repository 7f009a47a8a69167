import type { LayoutEdge } from "./layout-types.js";

/** A node or a waypoint of a long edge. */
export interface Slot {
  readonly id: string;
  readonly layer: number;
  readonly width: number;
  /** Where edges meet it, from its left. */
  readonly port: number;
  x: number;
  readonly up: Slot[];
  readonly down: Slot[];
}

/** An edge with the slots that it goes through, both ends included. */
export interface Chain {
  readonly edge: LayoutEdge;
  readonly slots: readonly Slot[];
}

/** Makes neighbours of each slot and the next. */
export function link(chain: readonly Slot[]): void {
  for (let i = 1; i < chain.length; i++) {
    const above = chain[i - 1] as Slot; // i starts at 1
    const below = chain[i] as Slot; // i ends before the length
    above.down.push(below);
    below.up.push(above);
  }
}
