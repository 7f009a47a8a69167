import type { Diagnostic } from "../../pipeline/compile/plan.js";
import { exportDiagnostic } from "../export-diagnostics.js";
import type { NodeProject } from "../node-project.js";
import { airflowSchedule } from "./airflow-schedule.js";

/** What the notebook asks for and Airflow's workers do not do, or only some. */
export function airflowDiagnostics(project: NodeProject): Diagnostic[] {
  const { plan } = project.program;
  return [
    ...plan.steps.flatMap((step) => {
      const cell = step.cells[0] ?? null;
      const { image, resources } = step.options;
      return [
        ...(image === undefined
          ? []
          : [
              exportDiagnostic(
                `Step ${step.name} asks for the image ${image}: an Airflow worker runs tasks where it runs itself. Install what the step needs there, or send it to other workers by the option "queue".`,
                cell,
              ),
            ]),
        ...(resources === undefined
          ? []
          : [
              exportDiagnostic(
                `Step ${step.name} asks for ${Object.entries(resources)
                  .map(([name, amount]) => `${amount} ${name}`)
                  .join(" and ")}: only Airflow's KubernetesExecutor hands that out; a Celery worker runs it in what it has.`,
                cell,
                "info",
              ),
            ]),
      ];
    }),
    ...airflowSchedule(project.schedules).problems.map((problem) => exportDiagnostic(problem, null)),
  ];
}
