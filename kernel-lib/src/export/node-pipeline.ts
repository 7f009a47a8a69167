import type { PlanParam, PlanStep } from "../pipeline/compile/plan.js";
import type { NodeProject } from "./node-project.js";

/** The text of `src/pipeline.ts`: the graph, and the call that runs it. */
export function nodePipeline(project: NodeProject): string {
  const { plan } = project.program;
  const after = (step: PlanStep): string[] =>
    plan.edges.filter((edge) => edge.to === step.name && edge.names.length === 0).map((edge) => edge.from);
  const steps = plan.steps.map((step) => stepLines(step, after(step)));
  return `// The pipeline of ${project.title}. \`npm start\` runs it; see README.md.
import { type Pipeline, runMain } from "tagline/pipeline";

const pipeline: Pipeline = {
  notebook: ${JSON.stringify(plan.notebook)},
  // The steps run in this folder, as the notebook did, so that relative paths hold.
  folder: ${JSON.stringify(project.folder)},
  params: ${list(plan.params.map(paramLine))},
  // The step "name" is the default export of steps/name.ts, and runs in a process of its own as soon as the
  // steps that it takes values from are done.
  steps: ${list(steps)},
};

await runMain(pipeline, import.meta.url);
`;
}

function paramLine(param: PlanParam): string {
  const { cellId, line: _, ...rest } = param;
  return object({ ...rest, cell: cellId });
}

function stepLines(step: PlanStep, after: readonly string[]): string {
  const lines = [
    `name: ${JSON.stringify(step.name)},`,
    `takes: ${object(Object.fromEntries(step.needs.map((need) => [need.name, need.from])))},`,
    `gives: ${array(step.gives)},`,
    ...(after.length > 0 ? [`after: ${array(after)},`] : []),
    `params: ${array(step.params)},`,
    `cells: ${array(step.cells)},`,
    ...(step.secrets === undefined ? [] : [`secrets: ${array(step.secrets.map(({ name }) => name))},`]),
    ...(Object.keys(step.options).length > 0 ? [`options: ${object(step.options)},`] : []),
  ];
  return `{\n${lines.map((line) => `      ${line}\n`).join("")}    }`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `    ${item},\n`).join("")}  ]`;
}

function object(value: object): string {
  const members = Object.entries(value).map(([key, member]) => `${propertyName(key)}: ${literal(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function array(values: readonly unknown[]): string {
  return `[${values.map(literal).join(", ")}]`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return array(value);
  return typeof value === "object" && value !== null ? object(value) : (JSON.stringify(value) ?? "undefined");
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
