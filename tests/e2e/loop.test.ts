import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { stopChild } from "../tools/stop-child.js";
import { newFolder } from "./support/lab.js";

// The whole mission once through, as a person would type it.
const project = newFolder();
const notebook = join("notebooks", "penguins.ipynb");
const bin = join(checkout.root, "kernel-lib", "bin", "tagline.js");
const env = { ...process.env, TAGLINE_PROJECT: project };
const children = new Set<ChildProcess>();
mkdirSync(join(project, "notebooks"));
for (const name of ["penguins.ipynb", "data"]) {
  cpSync(join(checkout.root, "notebooks", name), join(project, "notebooks", name), { recursive: true });
}
afterAll(async () => {
  await Promise.all([...children].map((child) => stopChild(child, { signal: "SIGKILL" })));
  rmSync(project, { recursive: true, force: true, maxRetries: 8 });
});

/** What a command or a server printed: the tests look at its parts. */
// biome-ignore lint/suspicious/noExplicitAny: JSON that expect() looks through
type Answer = any;

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [bin, ...args], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/** Runs a command to its end; its standard output is one JSON document. */
async function tagline(...args: readonly string[]): Promise<{ code: number | null; document: Answer }> {
  const child = start(...args, "--json");
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (!stdout.startsWith("{")) throw new Error(`tagline ${args.join(" ")} printed no document: ${stdout}${stderr}`);
  return { code, document: JSON.parse(stdout) };
}

/** Starts `tagline serve` and waits for its document. */
async function serve(name: string): Promise<{ document: Answer; stop: () => Promise<number | null> }> {
  const child = start("serve", name, "--port", "0", "--json");
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  let [stdout, stderr] = ["", ""];
  child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
  const document = await new Promise((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.endsWith("}\n")) resolve(JSON.parse(stdout));
    });
    void closed.then(() => reject(new Error(`tagline serve ended: ${stderr}`)));
  });
  const stop = (): Promise<number | null> => {
    child.kill("SIGINT");
    return closed;
  };
  return { document, stop };
}

/** Starts `tagline service` and waits until it lives. */
async function startService(): Promise<ChildProcess> {
  const child = start("service", "--json");
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"started"')) resolve();
    });
    child.once("close", () => reject(new Error("tagline service ended")));
  });
  return child;
}

/** A value that a JSON Schema allows, knowing nothing else. */
function anyOf(schema: Answer, whole: Answer): unknown {
  if (schema.$ref !== undefined) {
    const parts: string[] = schema.$ref.split("/").slice(1);
    return anyOf(
      parts.reduce((at: Answer, part) => at[part], whole),
      whole,
    );
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return anyOf(schema.anyOf[0], whole);
  switch ([schema.type].flat()[0]) {
    case "object":
      return Object.fromEntries(schema.required.map((name: string) => [name, anyOf(schema.properties[name], whole)]));
    case "number":
      return 100;
    case "string":
      return "text";
    default:
      return null;
  }
}

test("the penguins: run, registered, served, asked, promoted, rolled back, scheduled, deployed, watched, reported", async () => {
  const run = await tagline("run", notebook);
  expect(run).toMatchObject({ code: 0, document: { status: "succeeded" } });
  expect(run.document.metrics.accuracy).toBeGreaterThanOrEqual(0.95);

  const listed = (await tagline("models", "list")).document.models;
  expect(listed).toMatchObject([
    { model: "penguins", number: 1, run: run.document.run, aliases: [], target: "Species" },
  ]);

  // Everything that follows is made from the OpenAPI document alone.
  const server = await serve("penguins");
  expect(server.document).toMatchObject({ model: "penguins", number: 1, because: "newest" });
  const origin = new URL(server.document.url).origin;
  const api: Answer = await (await fetch(`${origin}/openapi.json`)).json();
  const [path, { post }] = Object.entries<Answer>(api.paths).find(([, operations]) => operations.post) ?? ["", {}];
  const ask = async (body: unknown): Promise<{ status: number; answer: Answer }> => {
    const [type = ""] = Object.keys(post.requestBody.content);
    const reply = await fetch(origin + path, {
      method: "POST",
      headers: { "content-type": type },
      body: JSON.stringify(body),
    });
    expect(Object.keys(post.responses)).toContain(String(reply.status));
    return { status: reply.status, answer: await reply.json() };
  };
  const { schema, examples } = post.requestBody.content["application/json"];
  const species = api.components.schemas.PenguinsPrediction.properties.species.enum;
  expect(species).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
  for (const penguin of [anyOf(schema, api), examples.one.value]) {
    const { status, answer } = await ask(penguin);
    expect(status, JSON.stringify(answer)).toBe(200);
    expect(species).toContain(answer.species);
  }
  const birds: Answer[] = JSON.parse(readFileSync(join(project, "notebooks/data/penguins.json"), "utf8"));
  const measured = birds.filter((bird) => bird["Beak Length (mm)"] !== null);
  const { answer: answers } = await ask(measured);
  const right = measured.filter((bird, index) => bird.Species === answers[index].species);
  expect(right.length / measured.length).toBeGreaterThan(0.95);
  expect(await ask({ ...measured[0], "Body Mass (g)": "heavy" })).toEqual({
    status: 422,
    answer: {
      error: {
        code: "invalid_row",
        message: '"Body Mass (g)" must be a number or null, not "heavy"',
        field: "Body Mass (g)",
        row: 0,
      },
    },
  });
  expect(await server.stop()).toBe(0);

  // The same again is the same version; with other weights it is another one.
  expect((await tagline("run", notebook)).document.steps.map((step: Answer) => step.status)).not.toContain("done");
  await tagline("run", notebook, "-p", "units=8");
  expect((await tagline("models", "list")).document.models.map(({ number }: Answer) => number)).toEqual([2, 1]);
  expect((await tagline("models", "promote", "penguins@1", "--reason", "seen")).document).toMatchObject({ number: 1 });
  expect((await tagline("models", "promote", "penguins")).document).toMatchObject({
    number: 2,
    previous: { number: 1 },
  });
  expect((await tagline("models", "rollback", "penguins")).document).toMatchObject({
    number: 1,
    previous: { number: 2 },
  });
  const production = await serve("penguins");
  expect(production.document).toMatchObject({ number: 1, because: "production" });
  expect(await production.stop()).toBe(0);

  // A schedule fires under the service, and its run is one like any other.
  const service = await startService();
  const added = (await tagline("schedule", "add", notebook, "--cron", "* * * * *", "-p", "units=32")).document;
  const addedAt = Date.now();
  expect(added).toMatchObject({ service: true, schedule: { id: "penguins", paused: false }, diagnostics: [] });
  expect(added.next).toHaveLength(3);

  // The same serving in the service's hands, which goes where production goes.
  const deployed = (await tagline("deploy", "penguins")).document;
  expect(deployed).toMatchObject({ status: "serving", number: 1, follows: "production", service: true });
  const answering = async (): Promise<number> =>
    ((await (await fetch(deployed.url)).json()) as { number: number }).number;
  const asked = await fetch(deployed.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(measured.slice(0, 3)),
  });
  expect(await asked.json()).toMatchObject(measured.slice(0, 3).map(({ Species }) => ({ species: Species })));
  await tagline("models", "promote", "penguins@2");
  await expect.poll(answering, { timeout: 60_000 }).toBe(2);
  await tagline("models", "rollback", "penguins");
  await expect.poll(answering, { timeout: 60_000 }).toBe(1);
  expect((await tagline("deployments", "list")).document.deployments).toMatchObject([
    { name: "penguins", status: "serving", number: 1, requests: { total: 1, refused: 0, failed: 0 } },
  ]);
  const causes = (await tagline("why", "deployment:penguins")).document.nodes;
  expect(causes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "model", value: 1 }),
      expect.objectContaining({ kind: "file", path: join(project, "notebooks/data/penguins.json") }),
    ]),
  );
  expect(await tagline("deployments", "stop", "penguins")).toMatchObject({ code: 0, document: { status: "stopped" } });
  await expect(fetch(deployed.url)).rejects.toThrow();

  let last: Answer = null;
  // It is due within a minute, and runs for some seconds.
  await expect
    .poll(
      async () => {
        last = (await tagline("schedule", "list")).document.schedules[0].last;
        return last?.status;
      },
      { timeout: 150_000, interval: 1000 },
    )
    .toBe("succeeded");
  const scheduled = (await tagline("runs")).document.runs.find(({ run: id }: Answer) => id === last.run);
  expect(scheduled).toMatchObject({ kind: "pipeline", params: { units: 32 } });
  expect(Date.parse(scheduled.startedAt) - addedAt).toBeLessThan(70_000);
  await tagline("schedule", "remove", "penguins");
  expect(await stopChild(service)).toBe(0);

  // Where the version came from: the data file, by its true hash.
  const { document: graph } = await tagline("why", "model:penguins@production");
  expect(graph.nodes.map((node: Answer) => node.kind)).toEqual(
    expect.arrayContaining(["model", "artifact", "cell", "file"]),
  );

  // The data itself has not drifted; with heavier birds it has.
  const same = join("notebooks", "data", "penguins.json");
  const heavier = join(project, "heavier.json");
  writeFileSync(
    heavier,
    JSON.stringify(
      birds.map((bird) => ({
        ...bird,
        "Body Mass (g)": bird["Body Mass (g)"] === null ? null : bird["Body Mass (g)"] * 1.3,
      })),
    ),
  );
  expect(await tagline("monitor", "check", "--model", "penguins", "--current", same)).toMatchObject({ code: 0 });
  expect(await tagline("monitor", "check", "--model", "penguins", "--current", heavier)).toMatchObject({ code: 1 });
  expect((await tagline("monitor", "list")).document.checks).toMatchObject([
    { model: "penguins", current: { path: "heavier.json" } },
  ]);

  const report = (await tagline("report", "latest", "-o", "report.html")).document;
  expect(report).toMatchObject({ kind: "pipeline", status: "succeeded", warnings: [] });
  expect(readFileSync(join(project, "report.html"), "utf8")).toContain(report.title);
}, 600_000);
