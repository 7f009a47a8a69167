import { withRole } from "../../notebook/tags.js";
import { type RoleCell, replaceTags } from "./classify-cells.js";
import { diagnose } from "./diagnostics.js";
import type { Diagnostic, Fix } from "./plan.js";

/** Tags that Kale writes and nobody else. */
const KALE_TAG = /^(?:block:.*|prev:.+|imports|functions|pipeline-parameters|pipeline-metrics)$/;
const METRICS_TAG = "pipeline-metrics";

/**
 * What a notebook that was tagged for Kale means otherwise than here. There a cell without a tag belongs to the nearest
 * tagged cell above (passing over `skip`; above the first one it is left out), and the numbers that a `pipeline-metrics` cell
 * prints at the end are the metrics (kubeflow-kale, `NotebookProcessor.parse_notebook`).
 */
export function kaleDiagnostics(cells: readonly RoleCell[]): Diagnostic[] {
  if (!isTaggedForKale(cells)) return [];
  let above: RoleCell | null = null;
  const found: Diagnostic[] = [];
  for (const cell of cells) {
    if (isMetrics(cell)) {
      found.push(metricsDiagnostic(cell));
      above = null;
    } else if (cell.role.kind !== "none") above = cell.role.kind === "skip" ? above : cell;
    else if (above !== null && doesSomething(cell)) found.push(untaggedDiagnostic(cell, above));
  }
  return found;
}

export function isTaggedForKale(cells: readonly RoleCell[]): boolean {
  return cells.some(({ cell }) => cell.tags.some((tag) => KALE_TAG.test(tag)));
}

/** A step that needs what an untagged cell of a Kale notebook makes is offered what Kale does, too. */
export function offerKaleFix(diagnostic: Diagnostic, kale: readonly Diagnostic[]): Diagnostic {
  const { fix, message } = diagnostic;
  const better = kale.find(({ code, cellId }) => code === "TL014" && cellId === fix?.cellId)?.fix;
  if (diagnostic.code !== "TL010" || fix === undefined || better === undefined) return diagnostic;
  return { ...diagnostic, message: message.replace(fix.title, better.title), fix: better };
}

function isMetrics({ cell, role }: RoleCell): boolean {
  return role.kind === "none" && cell.tags.includes(METRICS_TAG);
}

/** Imports, types and functions are found without a tag. */
function doesSomething({ facts }: RoleCell): boolean {
  return facts.statements.some(({ kind }) => kind === "variable" || kind === "expression");
}

function untaggedDiagnostic(cell: RoleCell, above: RoleCell): Diagnostic {
  const { kind, step } = above.role;
  const role = step === null ? kind : `step:${step}`;
  const fix: Fix = replaceTags(cell.cell, withRole(cell.cell.tags, above.role), `Tag cell ${cell.number} as ${role}`);
  const home =
    step === null ? `the ${kind} cell above (cell ${above.number})` : `step "${step}" above (cell ${above.number})`;
  const message = `In Kale this cell, which has no tag, belongs to ${home}; here it is left out. ${fix.title} to have it as in Kale.`;
  return diagnose("TL014", { cellId: cell.id, line: 1 }, message, fix);
}

function metricsDiagnostic(cell: RoleCell): Diagnostic {
  const wanted = withRole(cell.cell.tags, { kind: "step", step: "metrics" }).filter((tag) => tag !== METRICS_TAG);
  const fix: Fix = replaceTags(cell.cell, wanted, `Tag cell ${cell.number} as step:metrics`);
  const message = `Kale takes what a "${METRICS_TAG}" cell prints as metrics; here the cell is left out. ${fix.title}, and write metric("accuracy", accuracy) where it prints.`;
  return diagnose("TL015", { cellId: cell.id, line: 1 }, message, fix);
}
