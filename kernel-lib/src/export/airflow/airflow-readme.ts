import type { NodeProject } from "../node-project.js";
import type { AirflowNames } from "./airflow-names.js";
import { airflowSchedule } from "./airflow-schedule.js";
import { AIRFLOW_VERSIONS } from "./airflow-versions.js";

export function airflowReadme(project: NodeProject, names: AirflowNames): string {
  const { plan } = project.program;
  const { schedule } = airflowSchedule(project.schedules);
  const secrets = [...new Set(plan.steps.flatMap((step) => (step.secrets ?? []).map((secret) => secret.name)))];
  const pools = [...new Set(plan.steps.flatMap((step) => step.options.pool ?? []))];
  const [param] = plan.params;
  const fan = plan.params.find((one) => one.type === "number") ?? param;
  return `# ${project.title.replace(/\.ipynb$/, "")} on Apache Airflow

The pipeline of the notebook \`${project.title}\`, exported by Tagline ${project.tagline.version}: \`dags/${names.dag}.py\` is the DAG, \`project/\` the Node project whose
steps its tasks run. The DAG gives the numbers and the artifacts of the notebook's own run.

## Deploy

1. **Airflow** ${AIRFLOW_VERSIONS["apache-airflow"]} with Celery's executor is what it was tried with (\`requirements.txt\`); any executor will do.
2. **The project, on every worker**: copy \`project/\` there, then, with Node 20.19 or newer,

   \`\`\`
   cd project && npm ci && npm run build
   \`\`\`

   and set \`${names.project}\` in the worker's environment to that folder. Workers share nothing else.
3. **The store, for all**: a bucket of S3 or anything that speaks like it. Either the workers' environment has \`TAGLINE_ARTIFACTS=s3://bucket/prefix\`,
   \`AWS_ACCESS_KEY_ID\`, \`AWS_SECRET_ACCESS_KEY\`, \`AWS_REGION\` and, beside Amazon, \`AWS_ENDPOINT_URL\`, or Airflow has them:

   \`\`\`
   airflow variables set tagline_artifacts s3://bucket/prefix
   airflow connections add tagline_s3 --conn-type generic --conn-login KEY --conn-password SECRET \\
     --conn-extra '{"endpoint_url": "https://s3.example.org", "region_name": "eu-central-1"}'
   \`\`\`

   Without one, tasks find each other's values only where all workers share one copy of the project.
4. **The DAG**: copy \`dags/${names.dag}.py\` into Airflow's dags folder.
${secrets.length === 0 ? "" : `5. **Secrets**: ${secrets.map((name) => `\`${name}\``).join(", ")}, in the workers' environment or as variables: \`airflow variables set ${secrets[0]} …\`\n`}${
  pools.length === 0
    ? ""
    : `${secrets.length === 0 ? 5 : 6}. **Pools**: \`airflow pools import pools.json\`; set their slots first.\n`
}
## Run

${schedule === null ? "The DAG runs when it is triggered" : `The DAG runs by \`${schedule.cron}\` (${schedule.timeZone}), and when it is triggered`}${
  param === undefined ? "." : `, with the notebook's parameters as params.`
}${
  fan === undefined
    ? ""
    : ` \`${names.grid}\` takes several values of a param: mapped tasks for
the steps to which it makes a difference, one task for each of the others.

\`\`\`
airflow dags trigger ${names.dag} --conf '${JSON.stringify({ [names.grid]: { [fan.name]: exampleValues(fan.default, fan.min, fan.max) } })}'
\`\`\``
}

The last task, \`${names.finish}\`, returns params, metrics and artifact hashes of each run. A step that fails by itself is tried again as often as its option
\`retries\` says; a lost worker or store is worth two more tries. Clear a failed task, and the run goes on from there.

## Lineage

Each task leaves its part of the lineage log in the store. To have it in a project, with its values:

\`\`\`
TAGLINE_ARTIFACTS=s3://bucket/prefix npx tagline lineage pull
npx tagline why metric:NAME
\`\`\`

With \`OPENLINEAGE_URL\` (and \`OPENLINEAGE_API_KEY\`) in the workers' environment each task sends OpenLineage events as it ends: the DAG's run is the
root, a task the parent of its step, values and files are datasets. \`OPENLINEAGE_NAMESPACE\` names the jobs' namespace.
`;
}

/** Two values that the param takes. */
function exampleValues(value: unknown, min: number | undefined, max: number | undefined): readonly unknown[] {
  if (typeof value !== "number") return value === undefined ? [] : [value];
  const other = [value * 2, value / 2, min, max].find(
    (one) => one !== undefined && one !== value && one >= (min ?? one) && one <= (max ?? one),
  );
  return other === undefined ? [value] : [value, other];
}
