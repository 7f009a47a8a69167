import type { Diagnostic } from "../../pipeline/compile/plan.js";
import { exportDiagnostic } from "../export-diagnostics.js";
import type { NodeProject } from "../node-project.js";
import { actionsSchedules } from "./actions-schedules.js";
import { MOST_INPUTS } from "./to-github-actions.js";

/** What the notebook asks for and a workflow of GitHub's does not have. */
export function actionsDiagnostics(project: NodeProject): Diagnostic[] {
  const { plan, models } = project.program;
  const said = plan.steps.flatMap(({ name, cells, options }) => {
    const wishes = [
      ...(options.image === undefined ? [] : [`the image ${options.image}`]),
      ...(options.resources === undefined ? [] : ["resources of its own"]),
      ...(options.pool === undefined ? [] : [`the pool ${options.pool}`]),
    ];
    if (wishes.length === 0) return [];
    return [
      exportDiagnostic(
        `Step ${name} asks for ${wishes.join(" and ")}: the workflow's jobs run several steps on one machine of GitHub's, ubuntu-24.04. Change runs-on or container of its job by hand.`,
        cells[0] ?? null,
      ),
    ];
  });
  return [
    ...said,
    ...actionsSchedules(project.schedules).problems.map((problem) => exportDiagnostic(problem, null)),
    ...(plan.params.length > MOST_INPUTS
      ? [
          exportDiagnostic(
            `The workflow's form has the first ${MOST_INPUTS} of ${plan.params.length} params, as many as GitHub takes.`,
            null,
          ),
        ]
      : []),
    ...(Object.keys(models).length === 0
      ? [
          exportDiagnostic(
            "No step registers a model, so the workflow ends with the run, without gate and canary. Call model() in a step to have them.",
            null,
            "info",
          ),
        ]
      : []),
  ];
}
