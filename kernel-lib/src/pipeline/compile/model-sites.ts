import type { ModelFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";
import type { Definitions } from "./definitions.js";
import { emitModel, type ModelModule } from "./emit-model.js";
import type { Edit } from "./splice.js";

/** A `model()` call in a step, with the module that its version is made from. */
export interface ModelSite {
  readonly cell: RoleCell;
  readonly facts: ModelFacts;
  /** Its module is `models/<stem>.ts`. */
  readonly stem: string;
  readonly module: ModelModule;
}

/** The `model()` calls of all steps, in notebook order. */
export function modelSites(cells: readonly RoleCell[], definitions: Definitions): ModelSite[] {
  const sites: ModelSite[] = [];
  for (const cell of cells) {
    for (const facts of cell.role.step === null ? [] : (cell.facts.models ?? [])) {
      const name = fileName(facts.name);
      const twins = sites.filter(({ facts: other }) => fileName(other.name) === name).length;
      const stem = twins === 0 ? name : `${name}.${twins + 1}`;
      sites.push({ cell, facts, stem, module: emitModel(facts, cell, definitions) });
    }
  }
  return sites;
}

/** A name that `model()` will refuse must not lead out of the folder before. */
function fileName(name: string): string {
  return name.replace(/[^\w-]/g, "_");
}

/** Puts the hidden argument behind the others: where the module is, and the values and classes that it takes. */
export function siteEdit({ facts, stem, module }: ModelSite): Edit {
  const object = (names: readonly string[]): string => (names.length > 0 ? `{ ${names.join(", ")} }` : "{}");
  const classes = module.classes.length > 0 ? `, classes: ${object(module.classes)}` : "";
  const text = `, { module: "../models/${stem}.js", capture: () => (${object(module.captures)})${classes} }`;
  return { start: facts.lastArgumentEnd, end: facts.lastArgumentEnd, text };
}
