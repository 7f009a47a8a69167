import type { NodeProject } from "../node-project.js";

export function dockerReadme(project: NodeProject, secrets: readonly string[]): string {
  const [param] = project.program.plan.params;
  return `# ${project.title.replace(/\.ipynb$/, "")} in a container

\`\`\`
${secrets.length === 0 ? "" : "cp secrets.env.example secrets.env    # then fill it in\n"}docker compose build
docker compose run --rm pipeline${param === undefined ? "" : `\ndocker compose run --rm pipeline -p ${param.name}=${JSON.stringify(param.default ?? "value")}`}
docker compose run --rm pipeline --json > run.json
\`\`\`

The image is built in two stages and has neither compiler nor npm's caches; it runs as the user \`node\`, on a file system that it cannot change, and
keeps results, runs and lineage in the volume \`results\` (\`/data\`). What holds from an earlier run is not done again. Another base, such as one from a
registry of your own: \`docker compose build --build-arg BASE=registry.example.org/node:20\`.

The command takes what \`npm start\` takes: \`--help\` lists it. The exit code is 0 if all went well, 1 if a step failed, 2 for wrong usage.
`;
}
