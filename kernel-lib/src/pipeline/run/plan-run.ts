import { openStore } from "../../artifacts/store.js";
import { checkParams } from "./check-params.js";
import { decideStep } from "./decide-step.js";
import { readLatest } from "./latest-runs.js";
import type { RunnableProgram } from "./runnable-program.js";
import { type StepChoice, selectSteps } from "./select-steps.js";
import type { StepTrace } from "./trace-store.js";

/** What a run would do about one step. */
export interface PlannedStep {
  readonly name: string;
  /** `depends`: a step before it would run, and what that gives is not known yet. */
  readonly action: "run" | "cached" | "depends" | "left out";
  readonly reason: string;
}

export interface DryRun {
  readonly notebook: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly steps: readonly PlannedStep[];
}

/**
 * Says what a run would do and why; nothing runs, and nothing is logged.
 *
 * @throws {UsageError} if a param or a step's name is wrong
 */
export async function planRun(
  target: RunnableProgram,
  options: StepChoice & { readonly params?: Readonly<Record<string, unknown>>; readonly nowMs?: number } = {},
): Promise<DryRun> {
  const { plan } = target.program;
  const places = { cells: target.program.cells, folder: target.workFolder };
  const params = { ...defaultParams(target), ...checkParams(plan.params, options.params ?? {}, places) };
  const selection = selectSteps(plan, options);
  const store = openStore(target.files.root);
  const latest = readLatest(target.files, plan.notebook);
  const results = new Map<string, StepTrace>();
  const steps: PlannedStep[] = [];
  for (const step of plan.steps) {
    const { name } = step;
    if (!selection.names.has(name)) {
      steps.push({ name, action: "left out", reason: LEFT_OUT });
      continue;
    }
    const open = [...new Set(step.needs.map((need) => need.from))].filter((from) => !results.has(from));
    const forced = selection.forced.has(name);
    if (open.length > 0) {
      steps.push({
        name,
        action: forced ? "run" : "depends",
        reason: forced ? "forced" : `on what ${open.join(", ")} gives`,
      });
      continue;
    }
    const decision = await decideStep(step, {
      ...target,
      store,
      latest,
      params,
      hashOf: (from, value) => results.get(from)?.outputs.find((output) => output.name === value)?.hash ?? "",
      forced,
      nowMs: options.nowMs ?? Date.now(),
    });
    if (decision.kind === "run") steps.push({ name, action: "run", reason: decision.reason });
    else {
      results.set(name, decision.trace);
      steps.push({
        name,
        action: "cached",
        reason: `same code, inputs, params and files as run ${decision.trace.run}`,
      });
    }
  }
  return { notebook: plan.notebook, params, steps };
}

/** Of a step that the person did not ask for. */
export const LEFT_OUT = "not asked for";

export function defaultParams({ program }: Pick<RunnableProgram, "program">): Record<string, unknown> {
  return Object.fromEntries(
    program.plan.params.flatMap((param) => ("default" in param ? [[param.name, param.default]] : [])),
  );
}
