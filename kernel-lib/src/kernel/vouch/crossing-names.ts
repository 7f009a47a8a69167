import { type CellFacts, readRole } from "../../notebook/index.js";

/** A cell of the session, with its tags as the notebook has them now. */
export interface TaggedCell {
  readonly tags: readonly string[];
  readonly facts: CellFacts;
}

/**
 * Names of values that a step makes or changes and that another step, or a function which a step may call, mentions: those that the
 * pipeline may hand from step to step, and a few more. None where fewer than two steps are tagged.
 */
export function crossingNames(cells: readonly TaggedCell[]): ReadonlySet<string> {
  /** By name: the steps that make it, and the steps that mention it. */
  const makers = new Map<string, Set<string>>();
  const users = new Map<string, Set<string>>();
  const anywhere = new Set<string>();
  const note = (to: Map<string, Set<string>>, step: string, name: string): void => {
    const steps = to.get(name) ?? new Set();
    to.set(name, steps.add(step));
  };
  for (const { tags, facts } of cells) {
    for (const { free, assigns, mutates } of facts.declarations)
      for (const name of [...free, ...assigns, ...mutates]) anywhere.add(name);
    const { step } = readRole(tags);
    if (step === null) continue;
    for (const { name, kind, functionLike } of facts.declarations)
      if (kind !== "type" && kind !== "enum" && kind !== "namespace" && !functionLike) note(makers, step, name);
    for (const { name } of [...facts.assigns, ...facts.mutates]) note(makers, step, name);
    for (const { name } of [...facts.reads, ...facts.assigns, ...facts.mutates]) note(users, step, name);
  }
  const found = new Set<string>();
  for (const [name, made] of makers) {
    const steps = new Set([...made, ...(users.get(name) ?? [])]);
    if (steps.size > 1 || anywhere.has(name)) found.add(name);
  }
  return found;
}
