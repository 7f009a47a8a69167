import type { Plan, PlanParam } from "../../pipeline/compile/plan.js";
import type { NodeProject } from "../node-project.js";
import { actionsReadme } from "./actions-readme.js";
import { actionsSchedules } from "./actions-schedules.js";
import { parallelStages, type Stage } from "./stages.js";
import { literalText, yamlString } from "./yaml.js";

/** Actions by the commit of the version behind it. */
const ACTIONS = {
  checkout: "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
  setupNode: "actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0",
  restoreCache: "actions/cache/restore@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3",
  saveCache: "actions/cache/save@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3",
  upload: "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2",
  download: "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0",
} as const;

/** GitHub offers so many fields of a form. */
export const MOST_INPUTS = 25;

/** The text files that make a repository's workflow of a notebook's pipeline, around the Node project. Pure. */
export function toGithubActions(project: NodeProject): Map<string, string> {
  return new Map([
    [".github/workflows/pipeline.yml", workflow(project)],
    ["PIPELINE.md", actionsReadme(project)],
  ]);
}

function workflow(project: NodeProject): string {
  const { plan, models } = project.program;
  const stages = parallelStages(plan);
  const hasModels = Object.keys(models).length > 0;
  const { crons } = actionsSchedules(project.schedules);
  return `# The pipeline of ${project.title.replaceAll(/\s+/g, " ").replaceAll("${{", "")}, exported by Tagline ${project.tagline.version}. PIPELINE.md says what it needs.
name: ${literalText(project.name)}

on:
  push:
    branches: [main]
  pull_request:
${crons.length === 0 ? "" : `  schedule:\n${crons.map((cron) => `    - cron: ${yamlString(cron)}\n`).join("")}`}  workflow_dispatch:
${inputsText(plan.params)}
permissions:
  contents: read

# One at a time on main, where the order of models counts; of a pull request only the newest.
concurrency:
  group: ${project.name}-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

env:
  # A bucket for values and lineage, if there is one; a pull request from a fork has no keys for it.
  TAGLINE_ARTIFACTS: \${{ secrets.AWS_ACCESS_KEY_ID != '' && vars.TAGLINE_ARTIFACTS || '' }}
  AWS_ACCESS_KEY_ID: \${{ secrets.AWS_ACCESS_KEY_ID }}
  AWS_SECRET_ACCESS_KEY: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
  AWS_ENDPOINT_URL: \${{ vars.AWS_ENDPOINT_URL }}
  AWS_REGION: \${{ vars.AWS_REGION }}

jobs:
  check:
    name: Types and tests
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${setUp()}      - run: npm run build
      - run: npm test

${stages.map((stage, index) => stageText(stage, stages[index - 1], project)).join("")}${runText(stages, project)}${hasModels ? modelsText(project) : saveText(project)}`;
}

function inputsText(params: readonly PlanParam[]): string {
  if (params.length === 0) return "";
  const shown = params.slice(0, MOST_INPUTS);
  return `    inputs:\n${shown
    .map((param) => {
      const lines = [
        ...(param.description === undefined ? [] : [`description: ${literalText(param.description)}`]),
        ...inputType(param),
        // An empty field would be a value of its own.
        ...("default" in param ? [`default: ${inputDefault(param)}`] : ["required: true"]),
      ];
      return `      ${/^[A-Za-z_][\w-]*$/.test(param.name) ? param.name : yamlString(param.name)}:\n${lines.map((line) => `        ${line}\n`).join("")}`;
    })
    .join("")}`;
}

function inputType(param: PlanParam): string[] {
  const texts = param.choices?.every((choice) => typeof choice === "string" || typeof choice === "number");
  if (param.choices !== undefined && texts === true)
    return ["type: choice", `options: [${param.choices.map((choice) => literalText(String(choice))).join(", ")}]`];
  if (param.type === "boolean") return ["type: boolean"];
  return [param.type === "number" ? "type: number" : "type: string"];
}

function inputDefault(param: PlanParam): string {
  const { default: value, type } = param;
  if (param.choices !== undefined && !(typeof value === "boolean")) return literalText(String(value));
  if (type === "boolean") return value === true ? "true" : "false";
  if (type === "number" && typeof value === "number" && Number.isFinite(value)) return String(value);
  return literalText(typeof value === "string" ? value : JSON.stringify(value));
}

/** The same in every job; npm's downloads come from the cache. */
function setUp(): string {
  return `      - uses: ${ACTIONS.checkout}
        with:
          persist-credentials: false
      - uses: ${ACTIONS.setupNode}
        with:
          node-version: 20
          cache: npm
      - run: npm ci
`;
}

/** Results of earlier steps and runs: of this workflow's jobs, else of main's last run. */
function restore(name: string): string {
  return `      - name: Take what earlier runs left
        uses: ${ACTIONS.restoreCache}
        with:
          path: .tagline
          key: ${name}-tagline-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: |
            ${name}-tagline-
`;
}

function takeStage(job: string): string {
  return `      - name: Take what the jobs before left
        uses: ${ACTIONS.download}
        with:
          pattern: ${job}-*
          merge-multiple: true
          path: .tagline
`;
}

function upload(artifact: string, path: string): string {
  return `      - uses: ${ACTIONS.upload}
        with:
          name: ${artifact}
          path: |
${path
  .split(" ")
  .map((one) => `            ${one}\n`)
  .join("")}          include-hidden-files: true
          if-no-files-found: error
          retention-days: 14
`;
}

/** What the steps of a job get: params, when the workflow is started by hand, and secrets. */
function stepEnvironment(plan: Plan): string {
  const names = [...new Set(plan.steps.flatMap((step) => (step.secrets ?? []).map((secret) => secret.name)))];
  const given =
    plan.params.length === 0
      ? []
      : [`TAGLINE_PARAMS: \${{ github.event_name == 'workflow_dispatch' && toJSON(inputs) || '{}' }}`];
  const lines = [...given, ...names.map((name) => `${name}: \${{ secrets.${name} }}`)];
  return lines.length === 0 ? "" : `    env:\n${lines.map((line) => `      ${line}\n`).join("")}`;
}

function stageText(stage: Stage, before: Stage | undefined, project: NodeProject): string {
  const { plan } = project.program;
  return `  # ${stage.steps.join(", ")} do not wait for each other: each on a machine of its own.
  ${stage.job}:
    name: \${{ matrix.step }}
${before === undefined ? "" : `    needs: [${before.job}]\n`}    runs-on: ubuntu-24.04
    timeout-minutes: 360
    strategy:
      matrix:
        step: [${stage.steps.map(yamlString).join(", ")}]
${stepEnvironment(plan)}    steps:
${setUp()}${before === undefined ? restore(project.name) : takeStage(before.job)}      - run: npm start -- --to "\${{ matrix.step }}"
${upload(`${stage.job}-\${{ matrix.step }}`, ".tagline")}
`;
}

function runText(stages: readonly Stage[], project: NodeProject): string {
  const last = stages.at(-1);
  return `  run:
    name: Run
    needs: [${["check", ...(last === undefined ? [] : [last.job])].join(", ")}]
    runs-on: ubuntu-24.04
    timeout-minutes: 360
${stepEnvironment(project.program.plan)}    steps:
${setUp()}${last === undefined ? restore(project.name) : takeStage(last.job)}      - name: Take what others left in the bucket
        if: env.TAGLINE_ARTIFACTS != ''
        run: npm run prestart && node dist/pipeline.js ci pull
      - name: Run the pipeline
        run: npm start -- --json > run.json
      - name: Say what this change does
        if: github.event_name == 'pull_request'
        run: node dist/pipeline.js ci diff run.json --against main | tee -a "$GITHUB_STEP_SUMMARY"
        shell: bash
${upload("run", "run.json .tagline")}
`;
}

/** Where nothing is registered, the workflow ends with main's run being kept for the next one. */
function saveText(project: NodeProject): string {
  return `  keep:
    name: Keep as main's latest run
    needs: [run]
    if: github.event_name != 'pull_request' && github.ref == 'refs/heads/main'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${around(project, "node dist/pipeline.js ci push run.json --as main")}`;
}

function modelsText(project: NodeProject): string {
  const onMain = "    if: github.event_name != 'pull_request' && github.ref == 'refs/heads/main'\n";
  return `  register:
    name: Register
    needs: [run]
${onMain}    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${around(project, "node dist/pipeline.js ci push run.json --as main")}
  gate:
    name: Gate against production
    needs: [register]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${setUp()}${takeRun(project)}      - run: npm run prestart
      - name: Compare with what is in production
        run: node dist/pipeline.js ci gate run.json --against production --tolerance "\${TOLERANCE:-0}" | tee -a "$GITHUB_STEP_SUMMARY"
        shell: bash
        env:
          TOLERANCE: \${{ vars.GATE_TOLERANCE }}

  # The environments canary and production ask whoever they name as reviewers.
  canary:
    name: Canary
    needs: [gate]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    environment: canary
    steps:
${around(project, "node dist/pipeline.js ci promote run.json --alias canary", "node dist/pipeline.js ci push run.json --as main")}
  production:
    name: Production
    needs: [canary]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    environment: production
    steps:
${around(project, "node dist/pipeline.js ci promote run.json --alias production", "node dist/pipeline.js ci push run.json --as main")}`;
}

function takeRun({ name }: NodeProject): string {
  return `      - uses: ${ACTIONS.download}
        with:
          name: run
      - name: Take what the jobs before did
        uses: ${ACTIONS.restoreCache}
        with:
          path: .tagline
          key: ${name}-tagline-\${{ github.run_id }}-\${{ github.run_attempt }}-\${{ github.job }}
          restore-keys: |
            ${name}-tagline-\${{ github.run_id }}-
`;
}

/** A job that changes what is known: from the run's artifact to the bucket, and to the cache of the runs to come. */
function around(project: NodeProject, ...commands: readonly string[]): string {
  return `${setUp()}${takeRun(project)}      - run: npm run prestart
${commands.map((command) => `      - run: ${command}\n`).join("")}      - name: Keep it for the runs to come
        uses: ${ACTIONS.saveCache}
        with:
          path: .tagline
          key: ${project.name}-tagline-\${{ github.run_id }}-\${{ github.run_attempt }}-\${{ github.job }}
`;
}
