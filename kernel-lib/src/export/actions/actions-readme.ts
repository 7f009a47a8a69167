import type { NodeProject } from "../node-project.js";
import { parallelStages } from "./stages.js";

export function actionsReadme(project: NodeProject): string {
  const { plan, models } = project.program;
  const names = Object.keys(models).length > 0;
  const stages = parallelStages(plan);
  const secrets = [...new Set(plan.steps.flatMap((step) => (step.secrets ?? []).map((secret) => secret.name)))];
  return `# ${project.title.replace(/\.ipynb$/, "")} on GitHub Actions

\`.github/workflows/pipeline.yml\` runs the pipeline of the notebook \`${project.title}\`, exported by Tagline ${project.tagline.version}. The rest of this folder is the plain
Node project that it runs (README.md). Put all of it into a repository whose main branch is \`main\`.

| job | when | what it does |
|---|---|---|
| check | always | types and tests |
${stages.map((stage) => `| ${stage.job} | always | ${stage.steps.join(", ")}, each on a machine of its own |\n`).join("")}| run | always | the whole pipeline; what earlier jobs and runs did is not done again. In a pull request its summary says what changes against main: metrics and why they moved, params, data, code, values |
${
  names
    ? `| register | main | the run's lineage and model versions are left for all |
| gate | main | stops here if a metric is worse than production's by more than the variable \`GATE_TOLERANCE\` (0.02: two hundredths; 0 where it is not set) |
| canary | main, after approval | the alias \`canary\` points to the new version |
| production | main, after approval | the alias \`production\` points to it |
`
    : "| keep | main | the run is kept as main's latest, with which pull requests are compared |\n"
}
## Set up

- **Environments** \`canary\` and \`production\` (Settings, Environments) with required reviewers: their approval is what the last two jobs wait for.
- **A bucket** (optional): the variable \`TAGLINE_ARTIFACTS\` (\`s3://bucket/prefix\`), the secrets \`AWS_ACCESS_KEY_ID\` and \`AWS_SECRET_ACCESS_KEY\`, and \`AWS_REGION\` and
  \`AWS_ENDPOINT_URL\` as variables. Whoever serves the models pulls from there (\`npx tagline lineage pull\`); a deployment of \`NAME@canary\` or \`NAME@production\`
  then follows its alias. Without a bucket values, lineage and models are in GitHub's cache, which forgets what nobody used for a week.
${secrets.length === 0 ? "" : `- **Secrets** that steps read: ${secrets.map((name) => `\`${name}\``).join(", ")} (Settings, Secrets and variables, Actions).\n`}`;
}
