/** How many colours the style sheet has (`--tagline-step-0` …). */
export const STEP_COLOURS = 10;

/** The CSS colour of each step, by its place in the plan. */
export function stepColours(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name, index) => [name, `var(--tagline-step-${index % STEP_COLOURS})`]));
}
