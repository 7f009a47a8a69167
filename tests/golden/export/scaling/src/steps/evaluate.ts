// Step "evaluate" of heights.ipynb.
import { metric } from "tagline";
import { cell } from "tagline/pipeline";
import { holdout } from "../parameters.js";
import type { FitOutputs } from "./fit.js";
import type { LoadOutputs } from "./load.js";

export async function evaluate(
  { heights, mean, sd }:
    Pick<FitOutputs, "mean" | "sd">
    & Pick<LoadOutputs, "heights">,
) {
  // notebook cell 6 [cell-f6] line 1
  // Standard score by what was fitted.
  function scale(value: number): number {
    return (value - mean) / sd;
  }

  // notebook cell 6 [cell-f6] line 5
  const unscale = (score: number): number => score * sd + mean;

  cell("cell-g7", 991309837);
  // notebook cell 7 [cell-g7] line 1
  const held = heights.slice(0, Math.floor(heights.length * holdout));
  const scores = held.map(scale);
  metric("largest", Math.max(...scores.map(Math.abs)));
  metric("roundtrip", Math.max(...held.map((value, i) => Math.abs(unscale(scores[i]) - value))));

  return {};
}

export type EvaluateOutputs = Awaited<ReturnType<typeof evaluate>>;

export default evaluate;
