import type { Plan } from "../../compile/plan.js";
import { canonicalJson } from "../static-key.js";
import type { BegunRun, StepWork } from "./task-documents.js";

/**
 * What each step of a plan has to do for these runs. Runs that differ only in params that neither the step nor any step before it
 * reaches share one piece of work, the first of them in front.
 */
export function planWork(plan: Plan, runs: readonly BegunRun[]): Readonly<Record<string, readonly StepWork[]>> {
  const varied = variedParams(runs);
  return Object.fromEntries(
    plan.steps.map(({ name }) => {
      const reached = paramsBefore(plan, name);
      const names = varied.filter((param) => reached.has(param));
      const works = new Map<string, StepWork>();
      for (const { run, params } of runs) {
        const point = Object.fromEntries(names.map((param) => [param, params[param]]));
        const key = canonicalJson(point);
        const work = works.get(key) ?? { step: name, runs: [], point };
        works.set(key, { ...work, runs: [...work.runs, run] });
      }
      return [name, [...works.values()]];
    }),
  );
}

/** Names of the params that a step or any step before it reaches. */
export function paramsBefore(plan: Plan, step: string): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const queue = [step];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const param of plan.steps.find((one) => one.name === name)?.params ?? []) found.add(param);
    queue.push(...plan.edges.filter((edge) => edge.to === name).map((edge) => edge.from));
  }
  return found;
}

/** Params whose value is not the same in all runs, in the order of the first run's. */
function variedParams(runs: readonly BegunRun[]): string[] {
  const names = [...new Set(runs.flatMap(({ params }) => Object.keys(params)))];
  return names.filter((name) => new Set(runs.map(({ params }) => canonicalJson(params[name]))).size > 1);
}
