import type { NodeProject } from "../node-project.js";
import { airflowNames } from "./airflow-names.js";
import { airflowReadme } from "./airflow-readme.js";
import { AIRFLOW_VERSIONS } from "./airflow-versions.js";
import { dagText } from "./dag-text.js";

/** The text files around the Node project that let Apache Airflow run it, by path. Pure; the project itself stands in `project/`. */
export function toAirflow(project: NodeProject): Map<string, string> {
  const names = airflowNames(project);
  const pools = [...new Set(project.program.plan.steps.flatMap((step) => step.options.pool ?? []))].sort();
  return new Map([
    ["README.md", airflowReadme(project, names)],
    [`dags/${names.dag}.py`, dagText(project, names)],
    ...(pools.length > 0
      ? [
          [
            "pools.json",
            `${JSON.stringify(
              Object.fromEntries(
                pools.map((pool) => [pool, { slots: 1, description: `Of ${project.title}`, include_deferred: false }]),
              ),
              null,
              2,
            )}\n`,
          ] as const,
        ]
      : []),
    [
      "requirements.txt",
      `# Of the workers' and the scheduler's Python. Tried with these versions.\n${Object.entries(AIRFLOW_VERSIONS)
        .map(([name, version]) => `${name}==${version}\n`)
        .join("")}`,
    ],
  ]);
}
