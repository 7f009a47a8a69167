export type {
  CallFacts,
  CellFacts,
  DeclarationFacts,
  FactError,
  ImportFacts,
  JsonSchema,
  ModelFacts,
  NameUse,
  ParamFacts,
  Range,
  StatementFacts,
} from "./cell-facts.js";
export { cellSeed } from "./cell-seed.js";
export { nearest } from "./nearest.js";
export type { CellOptions, Notebook, NotebookCell } from "./notebook.js";
export { NotebookError, readNotebook } from "./read-notebook.js";
export { readStepOptions, STEP_OPTIONS, type StepOptionRule } from "./step-options.js";
export {
  type CellRole,
  isStepName,
  type RoleKind,
  readRole,
  TAG_RULES,
  type TagProblem,
  type TagRule,
  withRole,
} from "./tags.js";
