import { spawnSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { type ScratchNotebook, scratchNotebook } from "./support/scratch-notebook.js";
import { scratchProgram, statuses } from "./support/scratch-program.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

const VALUE = 'pa"ss w0rd-4711';

function holders({ everything }: ScratchNotebook): string[] {
  const spellings = [VALUE, JSON.stringify(VALUE).slice(1, -1), encodeURIComponent(VALUE)];
  return Object.entries(everything()).flatMap(([path, text]) =>
    spellings.some((spelling) => text.includes(spelling)) ? [path] : [],
  );
}

const setup = {
  id: "s",
  tag: "parameters",
  source: 'import { metric, secret } from "tagline";\nconst token = secret("API_TOKEN");',
};

test("secret() takes the environment, then .env; its value is masked in output, displays, errors and the log", async () => {
  const notebook = scratchNotebook([
    setup,
    {
      id: "a",
      tag: "step:a",
      source:
        "const length = token.length;\nmetric('length', length);\nconsole.log('token is', token, encodeURIComponent(token));\ntoken",
    },
    {
      id: "b",
      tag: "step:b",
      source: 'length;\nconst name = "API_" + "TOKEN";\nthrow new Error("no way in with " + secret(name));',
    },
  ]);
  notebook.write(".env", `API_TOKEN='${VALUE}'\n`);
  const fromFile = await notebook.run(["--json"]);
  expect(JSON.parse(fromFile.stdout)).toMatchObject({
    metrics: { length: VALUE.length },
    steps: [
      { name: "a", status: "done" },
      { name: "b", status: "failed", error: { message: "no way in with •••", cellId: "b" } },
    ],
  });
  expect(fromFile.stdout + fromFile.stderr).not.toContain(VALUE);
  expect(fromFile.stderr).toContain("a │ token is ••• •••");
  expect(holders(notebook)).toEqual([".env"]);
  // The value is no part of a step's identity.
  const fromEnvironment = await notebook.document([], { API_TOKEN: `${VALUE}-more` });
  expect(statuses(fromEnvironment)).toEqual({ a: "cached", b: "failed" });
  expect(holders(notebook)).toEqual([".env"]);
});

test("a missing secret fails the run before its first step, at the cell", async () => {
  const notebook = scratchNotebook([
    { id: "a", tag: "step:a", source: "import { secret } from 'tagline';\nconst x = 1;\nconsole.log('ran');" },
    { id: "b", tag: "step:b", source: "\nconsole.log(x, secret('NOWHERE').length);" },
  ]);
  const { code, stdout, stderr } = await notebook.run(["--json"]);
  expect(code).toBe(1);
  const document = JSON.parse(stdout);
  expect(statuses(document)).toEqual({ a: "skipped", b: "skipped" });
  expect(document.diagnostics).toMatchObject([{ code: "TL051", severity: "error", cellId: "b", line: 2 }]);
  expect(stderr).toContain("Cannot read secret NOWHERE");
  expect(stderr).not.toContain("│ ran");
});

test("a value that holds a secret cannot go from step to step, and .env outside of .gitignore is told", async () => {
  const notebook = scratchNotebook([
    setup,
    { id: "a", tag: "step:a", source: "const headers = { authorization: [token] };" },
    { id: "b", tag: "step:b", source: "headers.authorization.length" },
  ]);
  notebook.write(".env", `API_TOKEN='${VALUE}'\n`);
  expect(spawnSync("git", ["init", "-q"], { cwd: notebook.folder }).status).toBe(0);
  const document = await notebook.document();
  expect(statuses(document)).toEqual({ a: "failed", b: "skipped" });
  expect(document.steps[0]?.error?.message).toContain("Cannot store a value that holds the secret API_TOKEN");
  expect(document.diagnostics).toMatchObject([{ code: "TL052", severity: "warning" }]);
  expect(holders(notebook)).toEqual([".env"]);
  notebook.write(".gitignore", ".env\n");
  expect((await notebook.document()).diagnostics).toEqual([]);
});

test("an exported project looks for its secrets before its first step, too", async () => {
  const step = (name: string): string => `export default async function ${name}() { console.log("ran"); return {}; }`;
  const program = scratchProgram(
    {
      params: [],
      steps: [
        { name: "a", takes: {}, gives: [], params: [], cells: ["c-a"] },
        {
          name: "b",
          takes: {},
          gives: [],
          params: [],
          cells: ["c-b"],
          after: ["a"],
          secrets: ["TAGLINE_TEST_NOWHERE"],
        },
      ],
    },
    { "steps/a.ts": step("a"), "steps/b.ts": step("b") },
  );
  const { document } = await program.run();
  expect(statuses(document)).toEqual({ a: "skipped", b: "skipped" });
  expect(document.diagnostics).toMatchObject([{ code: "TL051", cellId: "c-b" }]);
  program.write(".env", "TAGLINE_TEST_NOWHERE=here\n");
  expect(statuses((await program.run()).document)).toEqual({ a: "done", b: "done" });
});
