/**
 * The seed that `Math.random` restarts from when a cell begins, the same in the kernel, in a step and in
 * an export: from the cell's canonical code, how many earlier cells have the same code, and the project's seed.
 * Mixing is MurmurHash3's 32-bit finaliser.
 */
export function cellSeed(canonicalHash: string, ordinal: number, projectSeed = 0): number {
  const code = Number.parseInt(canonicalHash.slice(0, 8), 16);
  return mix(mix(code ^ Math.imul(projectSeed | 0, 0x9e3779b1)) ^ Math.imul(ordinal | 0, 0x85ebca6b));
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
