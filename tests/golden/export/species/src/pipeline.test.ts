// Tests of the pipeline: `npm test` runs them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const steps = ["load","fit","register"];

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
    const step = await import(new URL(`steps/${name}.js`, import.meta.url).href);
    assert.equal(typeof step.default, "function", name);
  }
});

test("a param that the pipeline does not have is refused before anything runs", () => {
  withFolder((folder) => {
    const { status, stderr } = pipeline(folder, "-p", "margin_=1");
    assert.equal(status, 2);
    assert.match(stderr, /has no such parameter/);
  });
});

test("the pipeline runs on its data, and its metrics are numbers", { skip: false }, () => {
  withFolder((folder) => {
    const { status, stdout, stderr } = pipeline(folder, "--json");
    assert.equal(status, 0, stderr);
    const run = JSON.parse(stdout);
    assert.equal(run.status, "succeeded");
    assert.deepEqual(run.steps.map((step: { name: string }) => step.name), steps);
    for (const name of ["accuracy"]) assert.equal(typeof run.metrics[name], "number", name);
  });
});
