import type { Notebook } from "../../notebook/notebook.js";
import { type Analysis, compileWithAnalysis } from "./compile-pipeline.js";
import { emitModule } from "./emit-module.js";
import { emitStep } from "./emit-step.js";
import { placeCode } from "./place-code.js";
import type { FactsByCell, Plan } from "./plan.js";

/**
 * The TypeScript modules of a Plan by path: `parameters.ts` and `shared.ts` where there is something to hold, and
 * `steps/<name>.ts`, and `models/<name>.ts` for each `model()` call. A run executes these modules, and an export writes the same text.
 */
export function emitModules(notebook: Notebook, facts: FactsByCell): ReadonlyMap<string, string> {
  const { compiled, analysis } = compileWithAnalysis(notebook, facts);
  return emitPlan(compiled.plan, analysis);
}

function emitPlan(plan: Plan, analysis: Analysis): ReadonlyMap<string, string> {
  const places = placeCode(plan, analysis);
  const modules = new Map<string, string>();
  const parameters = emitModule("parameters", plan, analysis, places);
  if (parameters !== null) modules.set("parameters.ts", parameters);
  const shared = emitModule("shared", plan, analysis, places);
  if (shared !== null) modules.set("shared.ts", shared);
  for (const { stem, module } of analysis.models) modules.set(`models/${stem}.ts`, module.text);
  for (const step of plan.steps) modules.set(`steps/${step.name}.ts`, emitStep(step, plan, analysis, places));
  return modules;
}
