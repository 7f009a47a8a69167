import type { StatementFacts } from "../../notebook/cell-facts.js";
import type { RoleCell } from "./classify-cells.js";

/** True for cells whose values every step makes for itself: `setup` and `parameters`. */
export function isModuleCell(cell: RoleCell): boolean {
  return cell.role.kind === "setup" || cell.role.kind === "parameters";
}

/** Statements of setup cells that run for their effect (`tf.setBackend("cpu")`), which run in every step. */
export function setupEffects(
  cells: readonly RoleCell[],
): { readonly cell: RoleCell; readonly statement: StatementFacts; readonly index: number }[] {
  return cells
    .filter((cell) => cell.role.kind === "setup")
    .flatMap((cell) => cell.facts.statements.map((statement, index) => ({ cell, statement, index })))
    .filter(({ cell, statement }) => isEffect(cell, statement));
}

/** A value merely shown at the cell's end has no effect. */
function isEffect(cell: RoleCell, statement: StatementFacts): boolean {
  if (statement.kind !== "expression" || statement.declares.length > 0) return false;
  const shown = cell.facts.lastExpression;
  const isShown = shown !== null && shown.start >= statement.range.start && shown.end <= statement.range.end;
  return !isShown || /[(=]|\+\+|--/.test(cell.cell.source.slice(shown.start, shown.end));
}
