import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { EXPORT_TARGETS } from "../../../kernel-lib/src/export/export-target.js";
import { gatherProject } from "../../../kernel-lib/src/export/gather-project.js";
import type { NodeProject } from "../../../kernel-lib/src/export/node-project.js";
import { copyFixtures } from "../cli/support.js";

// Compiles whole notebooks, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

const golden = fileURLToPath(new URL("../../golden/export/", import.meta.url));

async function gather(fixture: string, notebook: string): Promise<NodeProject> {
  const folder = copyFixtures(fixture);
  const { project } = await gatherProject(join(folder, fixture, notebook), folder);
  if (project === null) throw new Error(`${notebook} has errors`);
  return project;
}

/** A version of Tagline's own does not change what is exported. */
function textFiles(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

test.each([
  ["scaling", "heights.ipynb"],
  ["species", "species.ipynb"],
])("every target writes what stands for %s beside its Node project, file by file", async (fixture, notebook) => {
  const project = await gather(fixture, notebook);
  for (const target of EXPORT_TARGETS.filter(({ name }) => name !== "node")) {
    const expected = join(golden, `${fixture}-${target.name}`);
    const written = target.files(project);
    // Goldens are made by hand, looked at, and committed with the change that made them new.
    if (process.env["UPDATE_GOLDEN"] === "1") {
      rmSync(expected, { recursive: true, force: true });
      for (const [path, text] of written) {
        mkdirSync(dirname(join(expected, path)), { recursive: true });
        writeFileSync(join(expected, path), text);
      }
    }
    expect(Object.fromEntries(written)).toEqual(textFiles(expected));
    // Twice is the same.
    expect(target.files(project)).toEqual(written);
  }
});

test("every target says which options of a step it does not have", async () => {
  const project = await gather("scaling", "heights.ipynb");
  const [first, ...rest] = project.program.plan.steps;
  if (first === undefined) throw new Error("a plan without steps");
  const options = { image: "node:20", pool: "db", resources: { cpu: 2 }, environment: { A: "b" }, timeoutS: 5 };
  const plan = { ...project.program.plan, steps: [{ ...first, options }, ...rest] };
  const asked = { ...project, program: { ...project.program, plan } };
  const told = Object.fromEntries(
    EXPORT_TARGETS.map((target) => [
      target.name,
      target
        .diagnostics(asked)
        .filter(({ cellId }) => cellId === first.cells[0])
        .map(({ code, message }) => `${code} ${message.split(":", 1)[0] ?? ""}`),
    ]),
  );
  expect(told).toEqual({
    node: [`TL070 Step ${first.name} asks for the image node`],
    docker: [`TL070 Step ${first.name} asks for the image node`],
    airflow: [`TL070 Step ${first.name} asks for the image node`, `TL070 Step ${first.name} asks for 2 cpu`],
    "github-actions": [`TL070 Step ${first.name} asks for the image node`],
  });
});
