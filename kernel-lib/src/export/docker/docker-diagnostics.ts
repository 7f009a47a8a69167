import type { Diagnostic } from "../../pipeline/compile/plan.js";
import { exportDiagnostic, unmetWishes } from "../export-diagnostics.js";
import type { NodeProject } from "../node-project.js";

/** What the notebook asks for and one container does not have. */
export function dockerDiagnostics(project: NodeProject): Diagnostic[] {
  return [
    ...unmetWishes(project.program.plan, "all steps share one container."),
    ...project.schedules.map(({ id, cron }) =>
      exportDiagnostic(
        `Schedule ${id} (${cron}) is not in the container: have cron or a timer of the host run it.`,
        null,
      ),
    ),
  ];
}
