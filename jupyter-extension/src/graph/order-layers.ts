import type { Slot } from "./slot.js";

const SWEEPS = 8;

/** Sweeps down and up, each time sorting a layer by the middle of its neighbours' places. */
export function orderLayers(layers: Slot[][]): void {
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
