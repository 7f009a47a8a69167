/** Colours that the style sheet has for steps. */
export const STEP_COLOURS = 10;

/** The class that gives a step its colour, the same as in the panel. */
export function stepColour(steps: readonly string[], step: string): string {
  return `step-${Math.max(0, steps.indexOf(step)) % STEP_COLOURS}`;
}
