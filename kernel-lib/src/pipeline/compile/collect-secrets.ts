import type { RoleCell } from "./classify-cells.js";
import type { PlanSecret, PlanStep } from "./plan.js";

/** The secrets that a step's own cells read, and those within statements of other cells that it runs or calls. */
export function collectSecrets(
  own: readonly RoleCell[],
  reached: readonly {
    readonly cell: RoleCell;
    readonly statement: { readonly range: { readonly start: number; readonly end: number } };
  }[],
): Pick<PlanStep, "secrets"> {
  const secrets = new Map<string, PlanSecret>();
  const add = (cell: RoleCell, within: { readonly start: number; readonly end: number } | null): void => {
    for (const { name, range } of cell.facts.secrets ?? []) {
      if (within !== null && (range.start < within.start || range.end > within.end)) continue;
      if (!secrets.has(name)) secrets.set(name, { name, cellId: cell.id, line: range.line });
    }
  };
  for (const cell of own) add(cell, null);
  for (const { cell, statement } of reached) add(cell, statement.range);
  return secrets.size > 0 ? { secrets: [...secrets.values()] } : {};
}
