import { nearest } from "../../notebook/nearest.js";
import type { Plan } from "../compile/plan.js";
import { UsageError } from "./usage-error.js";

/** Which steps of a plan a run is asked for. */
export interface StepChoice {
  /** This step alone: those before it must have results that hold. */
  readonly only?: string;
  /** This step and all that it needs. */
  readonly to?: string;
  /** Steps that run although an earlier result holds; `all` stands for every one. */
  readonly force?: readonly string[];
}

export interface Selection {
  /** Steps that take part. */
  readonly names: ReadonlySet<string>;
  /** Those among them that must not run. */
  readonly kept: ReadonlySet<string>;
  readonly forced: ReadonlySet<string>;
}

/** @throws {UsageError} if a step that is named does not exist, or both `only` and `to` are given */
export function selectSteps(plan: Plan, { only, to, force = [] }: StepChoice): Selection {
  const all = plan.steps.map((step) => step.name);
  if (only !== undefined && to !== undefined)
    throw new UsageError("Cannot run with both --only and --to: give one of them.");
  for (const name of [only, to, ...force.filter((one) => one !== "all")])
    if (name !== undefined && !all.includes(name)) throw new UsageError(unknownStep(name, all));
  const last = only ?? to;
  const names = last === undefined ? new Set(all) : upTo(last, plan);
  const kept = new Set(only === undefined ? [] : [...names].filter((name) => name !== only));
  const forced = new Set(force.includes("all") ? all.filter((name) => names.has(name) && !kept.has(name)) : force);
  const left = [...forced].find((name) => !names.has(name) || kept.has(name));
  if (left !== undefined)
    throw new UsageError(`Cannot force step ${left}: --${only === undefined ? "to" : "only"} ${last} leaves it out.`);
  return { names, kept, forced };
}

function upTo(last: string, { edges }: Plan): Set<string> {
  const names = new Set([last]);
  for (const name of names) for (const edge of edges) if (edge.to === name) names.add(edge.from);
  return names;
}

function unknownStep(name: string, all: readonly string[]): string {
  const near = nearest(name, all);
  const hint =
    near !== null ? `Did you mean ${near}?` : all.length > 0 ? `It has ${all.join(", ")}.` : "It has no steps.";
  return `Cannot find step ${name}: the notebook has no such step. ${hint}`;
}
