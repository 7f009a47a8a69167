// Step "register" of species.ipynb.
import { metric, model } from "tagline";
import { cell } from "tagline/pipeline";
import { margin } from "../parameters.js";
import { Scale, UNKNOWN, type Bird } from "../shared.js";
import type { FitOutputs } from "./fit.js";
import type { LoadOutputs } from "./load.js";

export async function register(
  { birds, centres, scale }:
    Pick<FitOutputs, "centres" | "scale">
    & Pick<LoadOutputs, "birds">,
) {
  cell("predict", 1757030679);
  // notebook cell 6 [predict] line 1
  /** The nearest centre. */
  function nearest(value: number): string {
    return [...centres].sort((a, b) => Math.abs(a[1] - value) - Math.abs(b[1] - value))[0][0];
  }

  function predict(bird: Bird): { species: string; sure: boolean } {
    const mass = bird["Body Mass (g)"];
    if (mass === null) return { species: UNKNOWN, sure: false };
    const value = scale.apply(mass);
    return { species: nearest(value), sure: Math.abs(value) > margin };
  }

  const accuracy = metric("accuracy", birds.filter((bird) => predict(bird).species === bird.Species).length / birds.length);

  cell("register", 1901330700);
  // notebook cell 7 [register] line 1
  model("birds", { predict, reference: birds, target: "Species", metrics: { accuracy } }, { module: "../models/birds.js", capture: () => ({ centres, margin, scale }), classes: { Scale } });

  cell("inline", 1021676700);
  // notebook cell 8 [inline] line 1
  const heavy = await model("heavy", { predict: (bird: Bird) => scale.apply(bird["Body Mass (g)"]) > 0 }, { module: "../models/heavy.js", capture: () => ({ scale }), classes: { Scale } });
  console.log(`${heavy.name} ${heavy.number}`);

  return {};
}

export type RegisterOutputs = Awaited<ReturnType<typeof register>>;

export const classes = { Scale };

export default register;
