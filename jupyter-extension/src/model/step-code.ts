import type { CellFacts, PlanStep, RunCodeReply } from "tagline/service/api";

/** By step name: the canonical hash of each of its cells, by cell id. */
export type StepCode = RunCodeReply["steps"];

type Facts = ReadonlyMap<string, CellFacts>;

/** The code of steps as it stands on the page. */
export function codeOfSteps(steps: readonly PlanStep[], facts: Facts): StepCode {
  return Object.fromEntries(steps.map((step) => [step.name, codeOf(step, facts)]));
}

/**
 * Whether a step's cells are others, or read otherwise, than when it ran; comments and white space do not count.
 * What ran is told by the log: there a cell of imports, types and functions alone leaves no trace, and
 * the cells that steps share (parameters, setup) do in each of them.
 */
export function isEdited(step: PlanStep, then: StepCode | null, facts: Facts, shared: ReadonlySet<string>): boolean {
  const before = then?.[step.name];
  if (before === undefined) return false;
  const changed = Object.entries(before).some(
    ([id, hash]) => facts.get(id)?.canonicalHash !== hash || !(step.cells.includes(id) || shared.has(id)),
  );
  return changed || step.cells.some((id) => !(id in before) && leavesTrace(facts.get(id)));
}

function codeOf(step: PlanStep, facts: Facts): Readonly<Record<string, string>> {
  return Object.fromEntries(
    step.cells.flatMap((id) => {
      const known = facts.get(id);
      return known === undefined ? [] : [[id, known.canonicalHash]];
    }),
  );
}

function leavesTrace(facts: CellFacts | undefined): boolean {
  return facts?.statements.some(({ kind }) => kind === "variable" || kind === "expression") === true;
}
