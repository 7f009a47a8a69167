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
export { checkStepOptions } from "./check-step-options.js";
export { isDateText } from "./date-text.js";
export { nearest } from "./nearest.js";
export type { CellOptions, Notebook, NotebookCell, OptionProblem } from "./notebook.js";
export { NotebookError, readNotebook } from "./read-notebook.js";
export { STEP_OPTIONS, type StepOptionRule } from "./step-options.js";
export { STEP_OPTIONS_SCHEMA } from "./step-options-schema.js";
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
