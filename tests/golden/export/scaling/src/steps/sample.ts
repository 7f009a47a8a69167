// Step "sample" of heights.ipynb.
import { metric } from "tagline";
import { cell } from "tagline/pipeline";
import type { FitOutputs } from "./fit.js";

export async function sample({ mean, sd }: Pick<FitOutputs, "mean" | "sd">) {
  // notebook cell 6 [cell-f6] line 5
  const unscale = (score: number): number => score * sd + mean;

  cell("cell-h8", 2571582853);
  // notebook cell 8 [cell-h8] line 1
  const draws = Array.from({ length: 100 }, () => unscale(Math.random()));
  metric("drawn", draws.reduce((sum, value) => sum + value, 0) / draws.length);

  return {};
}

export type SampleOutputs = Awaited<ReturnType<typeof sample>>;

export default sample;
