import type { Slot } from "./slot.js";

const SWEEPS = 16;

/** Pulls each slot towards the middle of its neighbours, keeping order and distance. Returns the width. */
export function assignX(layers: readonly Slot[][], gapX: number): number {
  for (const layer of layers) {
    let x = 0;
    for (const slot of layer) {
      slot.x = x;
      x += slot.width + gapX;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
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
