// Step "fit" of species.ipynb.
import { cell } from "tagline/pipeline";
import { Scale } from "../shared.js";
import type { LoadOutputs } from "./load.js";

export async function fit({ birds }: Pick<LoadOutputs, "birds">) {
  cell("fit", 4078695372);
  // notebook cell 5 [fit] line 11
  const masses = birds.map((bird) => bird["Body Mass (g)"]).filter((mass) => mass !== null);
  const scale = new Scale(masses);
  const centres = new Map<string, number>();
  for (const species of new Set(birds.map((bird) => bird.Species))) {
    const own = birds.filter((bird) => bird.Species === species && bird["Body Mass (g)"] !== null);
    centres.set(species, own.reduce((sum, bird) => sum + scale.apply(bird["Body Mass (g)"]), 0) / own.length);
  }

  return { centres, scale };
}

export type FitOutputs = Awaited<ReturnType<typeof fit>>;

export const classes = { Scale };

export default fit;
