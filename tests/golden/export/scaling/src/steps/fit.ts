// Step "fit" of heights.ipynb.
import { cell } from "tagline/pipeline";
import type { LoadOutputs } from "./load.js";

export async function fit({ heights }: Pick<LoadOutputs, "heights">) {
  cell("cell-e5", 2549594707);
  // notebook cell 5 [cell-e5] line 1
  const mean = heights.reduce((sum, value) => sum + value, 0) / heights.length;
  const sd = Math.sqrt(heights.reduce((sum, value) => sum + (value - mean) ** 2, 0) / heights.length);
  console.log(`mean ${mean.toFixed(1)}, sd ${sd.toFixed(1)}`);

  return { mean, sd };
}

export type FitOutputs = Awaited<ReturnType<typeof fit>>;

export default fit;
