import type { JsonSchema } from "../../notebook/cell-facts.js";
import type { Notebook } from "../../notebook/notebook.js";
import { compileWithAnalysis } from "./compile-pipeline.js";
import type { FactsByCell } from "./plan.js";

/** What a model takes and gives. */
export interface ModelSchemas {
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
}

/** The schemas of a notebook's models, by the path of each one's module (`models/penguins.ts`, see `emitModules`). */
export function modelSchemas(notebook: Notebook, facts: FactsByCell): Readonly<Record<string, ModelSchemas>> {
  const { models } = compileWithAnalysis(notebook, facts).analysis;
  return Object.fromEntries(
    models.map(({ stem, facts: { input, output } }) => [`models/${stem}.ts`, { input, output }]),
  );
}
