import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { copyFixtures, execute, scratchFolder, tagline } from "../cli/support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

const golden = fileURLToPath(new URL("../../golden/export/", import.meta.url));

/** Text files of a folder by path; the archive and the lock file, which holds its hash, are of each build. */
function textFiles(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replace(/^\//, "")).sort();
  return Object.fromEntries(
    paths
      .filter((path) => !path.startsWith("vendor/") && path !== "package-lock.json")
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

test.each([
  ["orders", "orders/orders.ipynb", ["orders"]],
  ["scaling", "scaling/heights.ipynb", ["scaling"]],
  ["species", "species/species.ipynb", ["species"]],
  ["words", "words/words.ipynb", ["words", "texts"]],
])("tagline export writes the project %s, file by file", async (name, notebook, fixtures) => {
  const folder = copyFixtures(...fixtures);
  const { code } = await tagline(folder, "export", notebook, "--to", "node", "--out", "out");
  expect(code).toBe(0);
  const written = textFiles(join(folder, "out"));
  const expected = join(golden, name);
  // Goldens are made by hand, looked at, and committed with the change that made them new.
  if (process.env["UPDATE_GOLDEN"] === "1") {
    rmSync(expected, { recursive: true, force: true });
    for (const [path, text] of Object.entries(written)) {
      mkdirSync(dirname(join(expected, path)), { recursive: true });
      writeFileSync(join(expected, path), text);
    }
  }
  expect(existsSync(expected)).toBe(true);
  expect(written).toEqual(textFiles(expected));
});

test("an exported project installs by its lock file, type-checks, and gives the notebook's own numbers elsewhere", {
  timeout: 300_000,
}, async () => {
  const folder = copyFixtures("network");
  const own: RunDocument = JSON.parse((await tagline(folder, "run", "network/network.ipynb", "--json")).stdout);
  expect(own.status).toBe("succeeded");
  const exported = await tagline(folder, "export", "network/network.ipynb", "--to", "node", "--out", "out", "--json");
  expect(JSON.parse(exported.stdout)).toMatchObject({
    notebook: "network/network.ipynb",
    warnings: [],
    files: expect.arrayContaining(["package-lock.json", "src/pipeline.ts"]),
  });

  const project = join(scratchFolder(), "moved");
  cpSync(join(folder, "out"), project, { recursive: true });
  const lock = readFileSync(join(project, "package-lock.json"), "utf8");
  expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  expect((await execute("npm", ["install"], project)).code).toBe(0);
  expect(JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"))).toEqual(JSON.parse(lock));
  expect(await execute("npm", ["run", "build"], project)).toMatchObject({ code: 0, stdout: "" });

  const first = await execute("npm", ["start", "--", "--json"], project);
  expect(first.code, first.stderr).toBe(0);
  const document: RunDocument = JSON.parse(first.stdout);
  expect(document.metrics).toEqual(own.metrics);
  expect(Object.keys(document)).toEqual(Object.keys(own));
  expect(document.steps.map(({ name, status, outputs }) => ({ name, status, outputs }))).toEqual(
    own.steps.map(({ name, status, outputs }) => ({ name, status, outputs })),
  );

  const second: RunDocument = JSON.parse((await execute("npm", ["start", "--", "--json"], project)).stdout);
  expect(second.steps.map((step) => step.status)).toEqual(["cached", "cached", "cached"]);
  expect(second.metrics).toEqual(own.metrics);

  const text = await execute("npm", ["start", "--", "-p", "units=8"], project);
  expect(text.stdout).toMatch(/= data +cached/);
  expect(text.stdout).toMatch(/✓ train +done .*param units changed/);
  expect(await execute("npm", ["start", "--", "-p", "units=0"], project)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("the smallest allowed value is 1"),
  });

  writeFileSync(join(project, "params.yaml"), "units: 8\n");
  const byFile = await execute("npm", ["start", "--", "--params", "params.yaml"], project);
  expect(byFile.stdout, byFile.stderr).toMatch(/= train +cached/);

  // A step that is edited here runs again.
  const step = join(project, "src/steps/evaluate.ts");
  writeFileSync(step, readFileSync(step, "utf8").replace('metric("loss", loss)', 'metric("mse", loss)'));
  const edited: RunDocument = JSON.parse((await execute("npm", ["start", "--", "--json"], project)).stdout);
  expect(edited.steps.map((one) => one.status)).toEqual(["cached", "cached", "done"]);
  expect(edited.steps[2]?.reason).toBe("code changed");
  expect(edited.metrics).toEqual({ mse: own.metrics["loss"] });
});

test("a failing step of an exported project is named by the notebook's cell and line", {
  timeout: 240_000,
}, async () => {
  const folder = copyFixtures("failing");
  await tagline(folder, "export", "failing/failing.ipynb", "--to", "node", "--out", "out");
  expect((await execute("npm", ["install"], join(folder, "out"))).code).toBe(0);
  const { code, stdout } = await execute("npm", ["start", "--", "--json"], join(folder, "out"));
  expect(code).toBe(1);
  const document: RunDocument = JSON.parse(stdout);
  expect(document.steps[1]).toMatchObject({
    name: "names",
    status: "failed",
    error: { name: "TypeError", cellId: "cell-d4", line: 3 },
  });
});

test("tagline export writes nothing for a notebook with errors, and says where to look", async () => {
  const folder = copyFixtures("hidden");
  const { code, stdout } = await tagline(folder, "export", "hidden/hidden.ipynb", "--to", "node", "--out", "out");
  expect(code).toBe(1);
  expect(stdout).toContain("it has errors. See: tagline check hidden/hidden.ipynb");
  expect(existsSync(join(folder, "out"))).toBe(false);
});
