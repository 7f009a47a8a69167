import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratchFolder, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

test("tagline --help lists the commands and the exit codes, and each command has its own help", async () => {
  const folder = scratchFolder();
  const { code, stdout } = await tagline(folder, "--help");
  expect(code).toBe(0);
  for (const command of ["lab", "check", "run", "export", "runs", "why", "models", "serve", "env"]) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  }
  expect(stdout).toContain("2    wrong usage");
  const help = await tagline(folder, "run", "--help");
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("-p, --param <name=value>");
});

test.each([
  [["rn", "x.ipynb"], "unknown command 'rn'"],
  [["run"], "missing required argument 'notebook'"],
  [["run", "x.ipynb"], "Cannot read notebook x.ipynb: there is no such file."],
  [["check", "notes.txt"], "Cannot read notes.txt: it is not JSON"],
  [["run", "list.ipynb"], "Cannot read list.ipynb: it is JSON but not a notebook."],
  [["run", "empty.ipynb", "-p", "units"], "Cannot read parameter units: write it as name=value."],
  [["run", "empty.ipynb", "-p", "units=8"], "Cannot set parameter units: the notebook has no parameters."],
  [["export", "empty.ipynb", "--to", "nod", "--out", "x"], "Cannot export to nod: did you mean node?"],
  [["export", "empty.ipynb", "--to", "node", "--out", "."], "the folder is not empty"],
  [["why", "metric:nothing"], "nothing"],
])("tagline %j exits with 2 and a sentence", async (args, sentence) => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "notes.txt"), "hello");
  writeFileSync(join(folder, "list.ipynb"), "[]");
  writeFileSync(
    join(folder, "empty.ipynb"),
    JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  const { code, stdout, stderr } = await tagline(folder, ...args);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("    at ");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("tagline env prints the project root and the versions", async () => {
  const folder = scratchFolder();
  const { code, stdout } = await tagline(folder, "env", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    tagline: "0.1.0",
    node: process.version,
    typescript: "5.9.3",
    tfjsBackends: expect.arrayContaining(["cpu", "wasm"]),
    tfjsSetting: "auto",
    projectRoot: folder,
  });
});

test("tagline runs of a project without runs says how to start one", async () => {
  const folder = scratchFolder();
  expect(await tagline(folder, "runs")).toMatchObject({
    code: 0,
    stdout: "No runs yet. Start one: tagline run NOTEBOOK\n",
  });
  expect(JSON.parse((await tagline(folder, "runs", "--json")).stdout)).toEqual({ runs: [] });
});
