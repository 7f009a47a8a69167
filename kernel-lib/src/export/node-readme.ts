import type { Plan, PlanParam } from "../pipeline/compile/plan.js";
import type { NodeProject } from "./node-project.js";

export function nodeReadme(project: NodeProject): string {
  const { plan } = project.program;
  const sections = [
    `# ${project.title.replace(/\.ipynb$/, "")}`,
    `The pipeline of the notebook \`${project.title}\`, exported by [Tagline](vendor/) ${project.tagline.version} as a plain Node project. ` +
      "It gives the same numbers as the notebook's own run.",
    "## Run it",
    `Node 20.19 or newer is all it needs.

\`\`\`
npm install
npm start
\`\`\`

| command | what it does |
|---|---|
| \`npm start\` | builds, then runs; steps whose earlier result still holds are not run again |
${plan.params
  .slice(0, 1)
  .map((param) => `| \`npm start -- -p ${param.name}=${example(param)}\` | runs with another value of a parameter |\n`)
  .join("")}| \`npm start -- --json\` | prints the run as one JSON document |
| \`npm run build\` | checks the types of everything |
| \`npm test\` | sees that the pipeline is whole, and runs it once in a folder of its own |

The exit code is 0 if all went well, 1 if a step failed, 2 for wrong usage. Results, runs and their lineage are kept in \`.tagline/\`.`,
    ...(plan.params.length > 0 ? ["## Parameters", paramsTable(plan.params)] : []),
    "## Steps",
    "Each is a module in `src/steps/`, and runs in a process of its own.",
    stepList(plan),
    "## Files",
    filesText(project),
  ];
  return `${sections.join("\n\n")}\n`;
}

function paramsTable(params: readonly PlanParam[]): string {
  const rows = params.map((param) => {
    const range = [
      param.min === undefined ? "" : `from ${param.min}`,
      param.max === undefined ? "" : `to ${param.max}`,
      param.choices === undefined ? "" : `one of ${param.choices.map((choice) => JSON.stringify(choice)).join(", ")}`,
    ].filter((part) => part !== "");
    const value = "default" in param ? `\`${JSON.stringify(param.default)}\`` : "see `src/parameters.ts`";
    return `| \`${param.name}\` | ${param.type} | ${value} | ${range.join(" ")} | ${cell(param.description ?? "")} |`;
  });
  return ["| name | type | default | allowed | |", "|---|---|---|---|---|", ...rows].join("\n");
}

function stepList(plan: Plan): string {
  const lines = plan.steps.map((step) => {
    const edges = plan.edges.filter((edge) => edge.to === step.name);
    const takes = edges.map((edge) =>
      edge.names.length === 0
        ? `waits for ${edge.from}`
        : `takes ${edge.names.map((name) => `\`${name}\``).join(", ")} from ${edge.from}`,
    );
    const metrics = step.metrics.length > 0 ? [`logs ${step.metrics.join(", ")}`] : [];
    const about = [...takes, ...metrics].join("; ");
    return `- [${step.name}](src/steps/${step.name}.ts)${about === "" ? "" : `: ${about}`}`;
  });
  return lines.join("\n");
}

function filesText(project: NodeProject): string {
  const here = project.data.map((path) => `- \`${path}\``);
  const left = project.left.map(({ path, because }) => `- \`${path}\`: ${because}`);
  return [
    `Steps run in \`${project.folder}\`, laid out like the folder of the notebook.`,
    ...(here.length > 0 ? [`Data that the notebook reads:\n\n${here.join("\n")}`] : []),
    ...(left.length > 0 ? [`**Not in this project**; put them in place before a run:\n\n${left.join("\n")}`] : []),
    "`vendor/` has Tagline's runtime (tracking, lineage, caching) as a package; `cells.json` has the hashes by which the lineage log names the notebook's cells.",
  ].join("\n\n");
}

function example(param: PlanParam): string {
  if (param.choices !== undefined) return String(param.choices.at(-1));
  return "default" in param && typeof param.default !== "object" ? String(param.default) : "value";
}

/** Text that cannot end a table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
