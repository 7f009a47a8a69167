import type { Diagnostic } from "../../pipeline/compile/plan.js";
import { exportDiagnostic, unmetWishes } from "../export-diagnostics.js";
import type { NodeProject } from "../node-project.js";
import { actionsSchedules } from "./actions-schedules.js";
import { MOST_INPUTS } from "./to-github-actions.js";

/** What the notebook asks for and a workflow of GitHub's does not have. */
export function actionsDiagnostics(project: NodeProject): Diagnostic[] {
  const { plan, models } = project.program;
  return [
    ...unmetWishes(
      plan,
      "the workflow's jobs run several steps on one machine of GitHub's, ubuntu-24.04. Change runs-on or container of its job by hand.",
    ),
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
