import type { Diagnostic, Plan } from "../pipeline/compile/plan.js";

/** One row of the README's table of diagnostics. */
export const EXPORT_DIAGNOSTICS = {
  TL060: {
    severity: "warning",
    meaning: "the target of an export has nothing for what a step or the notebook asks for, or only in part",
  },
} as const;

/** Says what of a notebook a target does not have. */
export function exportDiagnostic(
  message: string,
  cellId: string | null,
  severity: Diagnostic["severity"] = EXPORT_DIAGNOSTICS.TL060.severity,
): Diagnostic {
  return { code: "TL060", severity, message, cellId, line: null };
}

/** Of each step that asks for a machine of its own in some way: that the target has none, and what it has. */
export function unmetWishes(plan: Plan, instead: string): Diagnostic[] {
  return plan.steps.flatMap(({ name, cells, options }) => {
    const wishes = [
      ...(options.image === undefined ? [] : [`the image ${options.image}`]),
      ...(options.resources === undefined ? [] : ["resources of its own"]),
      ...(options.pool === undefined ? [] : [`the pool ${options.pool}`]),
    ];
    if (wishes.length === 0) return [];
    return [exportDiagnostic(`Step ${name} asks for ${wishes.join(" and ")}: ${instead}`, cells[0] ?? null)];
  });
}
