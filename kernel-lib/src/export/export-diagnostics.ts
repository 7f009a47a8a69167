import type { Diagnostic, Plan } from "../pipeline/compile/plan.js";

/** Diagnostics that only an export can give. The README's table is compared with them. */
export const EXPORT_DIAGNOSTICS = {
  TL070: {
    severity: "warning",
    meaning: "The target of an export has nothing, or only a part, of what a step or a schedule asks for.",
  },
} as const;

/** Says what of a notebook a target does not have. */
export function exportDiagnostic(
  message: string,
  cellId: string | null,
  severity: Diagnostic["severity"] = EXPORT_DIAGNOSTICS.TL070.severity,
): Diagnostic {
  return { code: "TL070", severity, message, cellId, line: null };
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
