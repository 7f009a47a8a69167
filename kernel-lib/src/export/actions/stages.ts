import type { Plan } from "../../pipeline/compile/plan.js";

/** Steps that may run at the same time, on machines of their own. */
export interface Stage {
  /** Name of the job. */
  readonly job: string;
  readonly steps: readonly string[];
}

/**
 * The places of a plan where several machines help: sets of two or more steps of the same depth, in order. What lies between two of
 * them is a chain, which the next one's machines, or the last job, do on the way.
 */
export function parallelStages(plan: Plan): readonly Stage[] {
  const depth = new Map<string, number>();
  for (const { name } of plan.steps) {
    const before = plan.edges.filter((edge) => edge.to === name).map((edge) => (depth.get(edge.from) ?? 0) + 1);
    depth.set(name, Math.max(0, ...before));
  }
  const levels = new Map<number, string[]>();
  for (const { name } of plan.steps) {
    const level = depth.get(name) ?? 0;
    levels.set(level, [...(levels.get(level) ?? []), name]);
  }
  return [...levels]
    .sort(([a], [b]) => a - b)
    .filter(([, steps]) => steps.length > 1)
    .map(([, steps], index) => ({ job: `parallel-${index + 1}`, steps }));
}
