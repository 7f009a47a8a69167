import type { Diagnostic } from "../pipeline/compile/plan.js";
import { actionsDiagnostics } from "./actions/actions-diagnostics.js";
import { toGithubActions } from "./actions/to-github-actions.js";
import { airflowDiagnostics } from "./airflow/airflow-diagnostics.js";
import { toAirflow } from "./airflow/to-airflow.js";
import { dockerDiagnostics } from "./docker/docker-diagnostics.js";
import { toDocker } from "./docker/to-docker.js";
import { exportDiagnostic, unmetWishes } from "./export-diagnostics.js";
import { nodeCi } from "./node-ci.js";
import type { NodeProject } from "./node-project.js";

/** Something that a notebook's pipeline can be written for. All of it is pure. */
export interface ExportTarget {
  readonly name: string;
  /** One line for a person. */
  readonly meaning: string;
  /** Where the Node project goes, below the folder; empty for the folder itself. */
  readonly folder: string;
  /** What stands beside or in place of the Node project's own files. */
  readonly files: (project: NodeProject) => ReadonlyMap<string, string>;
  /** What the notebook asks for and the target does not have. */
  readonly diagnostics: (project: NodeProject) => readonly Diagnostic[];
  /** What to do with the folder next. */
  readonly next: string;
}

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  {
    name: "node",
    meaning: "a plain Node project: one typed module a step",
    folder: "",
    files: () => new Map([[".github/workflows/ci.yml", nodeCi]]),
    diagnostics: nodeDiagnostics,
    next: "npm install && npm start",
  },
  {
    name: "docker",
    meaning: "a container image of the Node project, with compose.yaml",
    folder: "",
    files: toDocker,
    diagnostics: dockerDiagnostics,
    next: "docker compose build && docker compose run --rm pipeline",
  },
  {
    name: "airflow",
    meaning: "a DAG for Apache Airflow 3, one task a step, and the Node project that its workers run",
    folder: "project",
    files: toAirflow,
    diagnostics: airflowDiagnostics,
    next: "cat README.md",
  },
  {
    name: "github-actions",
    meaning: "a workflow for GitHub Actions around the Node project: run, register, gate, canary, production",
    folder: "",
    files: toGithubActions,
    diagnostics: actionsDiagnostics,
    next: "cat PIPELINE.md",
  },
];

/** What the notebook asks for and a project on one machine does not have. */
function nodeDiagnostics({ program, schedules }: NodeProject): Diagnostic[] {
  return [
    ...unmetWishes(program.plan, "all steps run on the machine where the project is started."),
    ...schedules.map(({ id, cron }) =>
      exportDiagnostic(`Schedule ${id} (${cron}) is not in the project: have cron or a timer run npm start.`, null),
    ),
  ];
}
