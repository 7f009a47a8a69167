export { compilePipeline } from "./compile-pipeline.js";
export { DIAGNOSTICS, type DiagnosticCode } from "./diagnostics.js";
export { emitModules } from "./emit-modules.js";
export type {
  Compiled,
  Diagnostic,
  FactsByCell,
  Fix,
  Plan,
  PlanEdge,
  PlanNeed,
  PlanParam,
  PlanStep,
} from "./plan.js";
