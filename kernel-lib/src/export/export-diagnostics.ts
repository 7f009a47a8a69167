import type { Diagnostic } from "../pipeline/compile/plan.js";

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
