import { cellSeed } from "../notebook/cell-seed.js";

/**
 * The seed (32-bit unsigned) that a cell's `Math.random` restarts from: made of the project's seed, the
 * cell's canonical code and its ordinal among the cells with the same code.
 */
export function seedFor(projectSeed: number, canonicalHash: string, ordinal: number): number {
  return cellSeed(canonicalHash, ordinal, projectSeed);
}

/** False where the environment says `TAGLINE_SEED=off`: `Math.random` is then left alone. */
export function seedingIsOn(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment["TAGLINE_SEED"] !== "off";
}

/** The project's seed: the integer in `TAGLINE_SEED`, else 0. */
export function projectSeed(environment: NodeJS.ProcessEnv = process.env): number {
  const seed = Number.parseInt(environment["TAGLINE_SEED"] ?? "0", 10);
  return Number.isNaN(seed) ? 0 : seed;
}
