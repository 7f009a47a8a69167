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
const origins = { serve: "", deploy: "" };
const children: ChildProcess[] = [];

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(checkout.root, "kernel-lib/bin/tagline.js"), ...args], {
    cwd: root,
    env: { ...process.env, TAGLINE_PROJECT: root },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

/** The JSON document that a command prints, of one that goes on as soon as it has. */
function told(child: ChildProcess): Promise<{ readonly url: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const listen = (part: string): void => {
      text += part;
      if (!text.endsWith("}\n")) return;
      child.stdout?.off("data", listen).resume();
      resolve(JSON.parse(text));
    };
    child.stdout?.setEncoding("utf8").on("data", listen);
    child.once("close", () => reject(new Error("tagline ended and printed no document")));
  });
}

beforeAll(async () => {
  bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  // Answers every row that its type allows, so that each 500 is ours.
  const entry = `export default function create({ threshold, names }) {
  return { predict: (bird) => ({ species: names[Number(bird["Body Mass (g)"] > threshold)], probability: 0.5 }) };
}
export const classes = {};
`;
  await registerVersion(root, await draftOf(root, undefined, { entry }));
  const serving = await told(start("serve", "penguins", "--port", "0", "--json"));
  origins.serve = new URL(serving.url).origin;
  await told(start("service", "--json"));
  const deployed = await told(start("deploy", "penguins", "--port", "0", "--json"));
  origins.deploy = new URL(deployed.url).origin;
});
afterAll(async () => {
  await Promise.all(children.map((child) => stopChild(child)));
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
});

test("the OpenAPI document of a served model is one to openapi-spec-validator", async () => {
  const judge = join(checkout.root, "tests", "judges", "serve_judge.py");
  const { code, output } = await runCommand(join(bin, "python"), [judge, `${origins.serve}/openapi.json`]);
  expect(code, output).toBe(0);
  expect(JSON.parse(output)).toEqual({ openapi: "3.1.0", errors: [] });
});

test.each(["serve", "deploy"] as const)(
  "schemathesis finds no answer of tagline %s that the OpenAPI document does not tell of",
  async (how) => {
    const args = ["run", `${origins[how]}/openapi.json`, "--max-examples", "100", "--seed", "20261124", "--no-color"];
    // Its cache of examples stays with the rest.
    const { code, output } = await runCommand(join(bin, "schemathesis"), args, { cwd: root });
    expect(code, output).toBe(0);
    expect(output).toMatch(/(?:[1-9]\d*) generated/);
    expect(output).toContain("Tested: 3");
  },
);
