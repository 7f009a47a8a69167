import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { registerVersion } from "../../kernel-lib/src/registry/index.js";
import { draftOf } from "../kernel-lib/registry/draft.js";
import { sideVenv } from "../tools/side-venv.js";
import { stopChild } from "../tools/stop-child.js";

const root = mkdtempSync(join(tmpdir(), "tagline-serve-judge-"));
let bin = "";
let origin = "";
let server: ChildProcess | null = null;

beforeAll(async () => {
  bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  // Answers every row that its type allows, so that each 500 is ours.
  const entry = `export default function create({ threshold, names }) {
  return { predict: (bird) => ({ species: names[Number(bird["Body Mass (g)"] > threshold)], probability: 0.5 }) };
}
export const classes = {};
`;
  await registerVersion(root, await draftOf(root, undefined, { entry }));
  const child = spawn(
    process.execPath,
    [join(checkout.root, "kernel-lib/bin/tagline.js"), "serve", "penguins", "--port", "0", "--json"],
    { cwd: root, env: { ...process.env, TAGLINE_PROJECT: root }, stdio: ["ignore", "pipe", "inherit"] },
  );
  server = child;
  const text = await new Promise<string>((resolve, reject) => {
    let told = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      told += part;
      if (told.endsWith("}\n")) resolve(told);
    });
    child.once("close", () => reject(new Error("tagline serve ended before it was ready")));
  });
  origin = new URL(JSON.parse(text).url).origin;
});
afterAll(async () => {
  if (server !== null) await stopChild(server);
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
});

test("the OpenAPI document of a served model is one to openapi-spec-validator", async () => {
  const judge = join(checkout.root, "tests", "judges", "serve_judge.py");
  const { code, output } = await runCommand(join(bin, "python"), [judge, `${origin}/openapi.json`]);
  expect(code, output).toBe(0);
  expect(JSON.parse(output)).toEqual({ openapi: "3.1.0", errors: [] });
});

test("schemathesis finds no answer that the OpenAPI document does not tell of", async () => {
  const args = ["run", `${origin}/openapi.json`, "--max-examples", "100", "--seed", "20261124", "--no-color"];
  // Its cache of examples stays with the rest.
  const { code, output } = await runCommand(join(bin, "schemathesis"), args, { cwd: root });
  expect(code, output).toBe(0);
  expect(output).toMatch(/(?:[1-9]\d*) generated/);
  expect(output).toContain("Tested: 3");
});
