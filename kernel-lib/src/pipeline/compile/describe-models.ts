import type { JsonSchema } from "../../notebook/cell-facts.js";
import type { Notebook } from "../../notebook/notebook.js";
import { compileWithAnalysis } from "./compile-pipeline.js";
import type { FactsByCell } from "./plan.js";

/** What is known of a model's module without running it. */
export interface ModelDescription {
  /** JSON Schemas of the row that it takes and of what it gives; null where the types are not known. */
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
  /** Specifiers that it imports, as the notebook has them. */
  readonly imports: readonly string[];
}

/** A notebook's models, by the path of each one's module (`models/penguins.ts`, see `emitModules`). */
export function describeModels(notebook: Notebook, facts: FactsByCell): Readonly<Record<string, ModelDescription>> {
  const { models } = compileWithAnalysis(notebook, facts).analysis;
  return Object.fromEntries(
    models.map(({ stem, facts: { input, output }, module }) => [
      `models/${stem}.ts`,
      { input, output, imports: [...module.packages, ...module.files] },
    ]),
  );
}
