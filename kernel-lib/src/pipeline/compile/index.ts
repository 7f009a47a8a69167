export type { RoleCell } from "./classify-cells.js";
export { compilePipeline } from "./compile-pipeline.js";
export { type Definition, Definitions } from "./definitions.js";
export { describeModels, type ModelDescription } from "./describe-models.js";
export { DIAGNOSTICS, type DiagnosticCode } from "./diagnostics.js";
export { emitModel, type ModelModule } from "./emit-model.js";
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
