export type {
  CellCompiler,
  CellDiagnostic,
  CompiledCell,
  CompileOptions,
  Completions,
  Inspection,
  ScopeName,
  SessionScope,
} from "./cell-compiler.js";
export { readNoDocs } from "./compiler-host.js";
export { createCellCompiler, type WarmCellCompiler } from "./create-cell-compiler.js";
export { importModule, importUrl, requireFrom } from "./import-module.js";
export type { Namespace } from "./modules/namespace.js";
export { cellFacts, type NotebookCellSource, notebookFacts } from "./notebook-facts.js";
export { originalText } from "./original-text.js";
export { resolveModule } from "./resolve-module.js";
export { emptyScope } from "./scope/needed-declarations.js";
export { surveyCell } from "./survey/survey-cell.js";
export { type StepOptions, type TranspiledStep, transpileStep } from "./transpile-step.js";
