import type { Diagnostic } from "../../pipeline/compile/plan.js";
import { exportDiagnostic } from "../export-diagnostics.js";
import type { NodeProject } from "../node-project.js";

/** What the notebook asks for and one container does not have. */
export function dockerDiagnostics({ program, schedules }: NodeProject): Diagnostic[] {
  return [
    ...program.plan.steps.flatMap(({ name, cells, options }) => {
      const wishes = [
        ...(options.image === undefined ? [] : [`the image ${options.image}`]),
        ...(options.resources === undefined ? [] : ["resources of its own"]),
        ...(options.pool === undefined ? [] : [`the pool ${options.pool}`]),
      ];
      return wishes.length === 0
        ? []
        : [exportDiagnostic(`Step ${name} asks for ${wishes.join(" and ")}: all steps share one container.`, cells[0] ?? null)];
    }),
    ...schedules.map(({ id, cron }) =>
      exportDiagnostic(`Schedule ${id} (${cron}) is not in the container: have cron or a timer of the host run it.`, null),
    ),
  ];
}
