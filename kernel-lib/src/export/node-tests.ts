import type { NodeProject } from "./node-project.js";

/** The text of `src/pipeline.test.ts`: tests of the project, with what Node has for that. */
export function nodeTests({ program }: NodeProject): string {
  const { plan } = program;
  const secrets = [...new Set(plan.steps.flatMap((step) => (step.secrets ?? []).map((secret) => secret.name)))];
  const [param] = plan.params;
  const metrics = [...new Set(plan.steps.flatMap((step) => step.metrics))];
  return `// Tests of the pipeline: \`npm test\` runs them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const steps = ${JSON.stringify(plan.steps.map((step) => step.name))};

/** Runs the pipeline's command line with results in a folder of its own. */
function pipeline(project: string, ...args: string[]) {
  const main = fileURLToPath(new URL("pipeline.js", import.meta.url));
  const env = { ...process.env, TAGLINE_PROJECT: project };
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env, maxBuffer: 2 ** 30 });
}

function withFolder(work: (folder: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), "pipeline-test-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

test("every step is a module whose default export is a function", async () => {
  for (const name of steps) {
    const step = await import(new URL(\`steps/\${name}.js\`, import.meta.url).href);
    assert.equal(typeof step.default, "function", name);
  }
});
${
  param === undefined
    ? ""
    : `
test("a param that the pipeline does not have is refused before anything runs", () => {
  withFolder((folder) => {
    const { status, stderr } = pipeline(folder, "-p", ${JSON.stringify(`${param.name}_=1`)});
    assert.equal(status, 2);
    assert.match(stderr, /has no such parameter/);
  });
});
`
}
test("the pipeline runs on its data${metrics.length === 0 ? "" : ", and its metrics are numbers"}", { skip: ${
    secrets.length === 0
      ? "false"
      : `${JSON.stringify(secrets)}.some((name) => !process.env[name]) && ${JSON.stringify(`it needs ${secrets.join(", ")} in the environment`)}`
  } }, () => {
  withFolder((folder) => {
    const { status, stdout, stderr } = pipeline(folder, "--json");
    assert.equal(status, 0, stderr);
    const run = JSON.parse(stdout);
    assert.equal(run.status, "succeeded");
    assert.deepEqual(run.steps.map((step: { name: string }) => step.name), steps);
${metrics.length === 0 ? "" : `    for (const name of ${JSON.stringify(metrics)}) assert.equal(typeof run.metrics[name], "number", name);\n`}  });
});
`;
}
