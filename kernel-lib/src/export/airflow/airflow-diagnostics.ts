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
                `Step ${step.name} asks for the image ${image}: an Airflow worker runs tasks where it runs itself. Install what the step needs there, or give its task a queue of workers that have it.`,
                cell,
              ),
            ]),
        ...(resources === undefined
          ? []
          : [
              exportDiagnostic(
                `Step ${step.name} asks for ${Object.entries(resources)
                  .map(([name, amount]) => `${amount} ${name}`)
                  .join(
                    " and ",
                  )}: only Airflow's KubernetesExecutor hands that out; a Celery worker runs it in what it has.`,
                cell,
                "info",
              ),
            ]),
      ];
    }),
    ...plan.edges
      .filter(({ names }) => names.length === 0)
      .map(({ from, to }) =>
        exportDiagnostic(
          `Step ${to} waits for ${from} without taking a value: files that ${from} writes stay on its worker, which need not be that of ${to}. Hand the content on as a value, or share a folder among the workers.`,
          plan.steps.find(({ name }) => name === to)?.cells[0] ?? null,
          "info",
        ),
      ),
    ...airflowSchedule(project.schedules).problems.map((problem) => exportDiagnostic(problem, null)),
  ];
}
