export type { CellCompiler, CellDiagnostic, CompiledCell, CompileOptions, Completions, Inspection, ScopeName, SessionScope } from "./cell-compiler.js";
export { cellFacts, notebookFacts, type NotebookCellSource } from "./notebook-facts.js";
export { createCellCompiler, type WarmCellCompiler } from "./create-cell-compiler.js";
export { importModule, importUrl, requireFrom, type Namespace } from "./import-module.js";
export { originalText } from "./original-text.js";
export { resolveModule } from "./resolve-module.js";
export { emptyScope } from "./scope/needed-declarations.js";
export { transpileStep, type StepOptions, type TranspiledStep } from "./transpile-step.js";
