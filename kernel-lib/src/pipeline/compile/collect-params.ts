import type { ParamFacts } from "../../notebook/cell-facts.js";
import { isDateText } from "../../notebook/date-text.js";
import type { RoleCell } from "./classify-cells.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic, PlanParam } from "./plan.js";

export interface CollectedParams {
  readonly params: readonly PlanParam[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The params of all cells in the pipeline, in notebook order. */
export function collectParams(cells: readonly RoleCell[]): CollectedParams {
  const params: PlanParam[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const cell of cells) {
    if (cell.role.kind === "none" || cell.role.kind === "skip") continue;
    for (const fact of cell.facts.params) {
      const place = { cellId: cell.id, line: fact.line };
      const twin = params.find((param) => param.name === fact.name);
      if (twin) {
        const message = `The parameter "${fact.name}" is declared twice. Rename one, or remove it.`;
        diagnostics.push(diagnose("TL041", place, message));
        continue;
      }
      const problem = defaultProblem(fact);
      if (problem) diagnostics.push(diagnose("TL042", place, problem));
      params.push(planParam(fact, cell.id));
    }
  }
  return { params, diagnostics };
}

/** Names of the params whose declaration lies in this part of a cell. */
export function paramsWithin(cell: RoleCell, range: { readonly start: number; readonly end: number }): string[] {
  return cell.facts.params
    .filter(({ initializer }) => initializer.start >= range.start && initializer.end <= range.end)
    .map((param) => param.name);
}

function planParam(fact: ParamFacts, cellId: string): PlanParam {
  const { name, type, format, min, max, choices, description, line } = fact;
  return {
    name,
    type,
    ...(format === undefined ? {} : { format }),
    ...("default" in fact ? { default: fact.default } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(choices === undefined ? {} : { choices }),
    ...(description === undefined ? {} : { description }),
    cellId,
    line,
  };
}

function defaultProblem(fact: ParamFacts): string | null {
  if (!("default" in fact)) return null;
  const value = fact.default;
  const shown = JSON.stringify(value);
  if (fact.choices && !fact.choices.includes(value)) {
    const choices = fact.choices.map((choice) => JSON.stringify(choice)).join(", ");
    return `The default ${shown} of "${fact.name}" is not one of its choices: ${choices}.`;
  }
  if (fact.format === "date" && !isDateText(value))
    return `The default ${shown} of "${fact.name}" is no date: write it like 2024-12-31.`;
  if (typeof value !== "number") return null;
  if (fact.min !== undefined && value < fact.min)
    return `The default ${shown} of "${fact.name}" is below its min ${fact.min}.`;
  if (fact.max !== undefined && value > fact.max)
    return `The default ${shown} of "${fact.name}" is above its max ${fact.max}.`;
  return null;
}
