import { type ChildProcess, spawn } from "node:child_process";
import { expect, onTestFinished, test, vi } from "vitest";
import type { DeploymentChanged } from "../../../kernel-lib/src/lineage/events.js";
import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { readLog } from "../../../kernel-lib/src/lineage/read-log.js";
import { verifyLog } from "../../../kernel-lib/src/lineage/verify-log.js";
import { moveAlias, registerVersion } from "../../../kernel-lib/src/registry/index.js";
import { stopChild } from "../../tools/stop-child.js";
import { draftOf } from "../registry/draft.js";
import { bin, execute, scratchFolder, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

/** A project with two versions: the first says `light`, the second `heavy`, whatever comes. */
async function project(): Promise<string> {
  const root = scratchFolder();
  for (const name of ["light", "heavy"]) {
    const entry = `export default function create() { return { predict: (bird) => {
      if (bird["Body Mass (g)"] === 666) process.kill(process.pid, "SIGKILL");
      return { species: "${name}", probability: 1 };
    } }; }\nexport const classes = {};\n`;
    await registerVersion(root, await draftOf(root, {}, { entry }));
  }
  return root;
}

/** Starts a real `tagline service`; resolves once it lives. */
async function startService(root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bin, "service", "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => void (await stopChild(child)));
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => reject(new Error("The service ended early.")));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"started"')) resolve();
    });
  });
  return child;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON that expect() looks through
type Answer = any;

async function json(root: string, ...args: readonly string[]): Promise<Answer> {
  const { stdout, stderr } = await tagline(root, ...args, "--json");
  if (!stdout.startsWith("{")) throw new Error(`tagline ${args.join(" ")} printed no document: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

async function ask(
  url: string,
  mass = 1,
  headers: Record<string, string> = {},
): Promise<{ status: number; species: string }> {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ "Body Mass (g)": mass }),
  });
  return { status: reply.status, species: ((await reply.json()) as { species: string }).species };
}

const answers = (url: string): Promise<string | null> =>
  ask(url).then(
    ({ species }) => species,
    () => null,
  );

async function promote(root: string, selector: string): Promise<void> {
  const log = openLog(root);
  await moveAlias(log, "penguins", selector);
  await log.close();
}

function changes(root: string): DeploymentChanged[] {
  return readLog(root).events.flatMap(({ event }) => (event.kind === "deployment.changed" ? [event] : []));
}

test("tagline deploy without a service says so; a service then serves it, follows production without dropping a request, and stops it", async () => {
  const root = await project();
  const deployed = await tagline(root, "deploy", "penguins@1", "--port", "0");
  expect(deployed.stdout).toMatch(/^Deployed penguins\nNo service is running: nothing is served until one is\./);
  const waiting = await json(root, "deployments", "list");
  expect(waiting).toMatchObject({
    service: false,
    deployments: [{ name: "penguins", status: "waiting", number: null }],
  });
  const { url } = waiting.deployments[0];

  const service = await startService(root);
  await expect.poll(() => answers(url), { timeout: 60_000 }).toBe("light");
  await promote(root, "1");
  const changed = await tagline(root, "deploy", "penguins");
  expect(changed).toMatchObject({
    code: 0,
    stdout: `Changed penguins, follows penguins@production\nServing penguins version 1: ${url}\n`,
  });

  // Clients that never stop asking while production moves.
  let isGoing = true;
  const seen: { status: number; species: string }[] = [];
  const clients = Array.from({ length: 4 }, async () => {
    while (isGoing) seen.push(await ask(url));
  });
  await promote(root, "2");
  await expect.poll(() => seen.at(-1)?.species, { timeout: 60_000 }).toBe("heavy");
  await promote(root, "1");
  await expect.poll(() => seen.at(-1)?.species, { timeout: 60_000 }).toBe("light");
  isGoing = false;
  await Promise.all(clients);
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));

  const stopped = await tagline(root, "deployments", "stop", "penguins");
  expect(stopped).toMatchObject({ code: 0, stdout: "Stopped penguins.\n" });
  await expect(fetch(url)).rejects.toThrow();
  const list = await json(root, "deployments", "list");
  expect(list.deployments).toMatchObject([{ status: "stopped", requests: { refused: 0, failed: 0 } }]);
  expect(list.deployments[0].requests.total).toBeGreaterThanOrEqual(seen.length);
  expect(await json(root, "deployments", "start", "penguins")).toMatchObject({ status: "serving", number: 1 });
  expect(await answers(url)).toBe("light");
  expect(await tagline(root, "deployments", "remove", "penguins")).toMatchObject({
    code: 0,
    stdout: "Removed penguins.\n",
  });
  await expect(fetch(url)).rejects.toThrow();
  expect(await stopChild(service)).toBe(0);
  expect(changes(root).map(({ change, reason }) => [change, reason])).toEqual([
    ["started", null],
    ["switched", null],
    ["switched", null],
    ["stopped", "stopped by hand"],
    ["started", null],
    ["stopped", "stopped by hand"],
  ]);
  expect(verifyLog(root).intact).toBe(true);
});

test("a deployment outlives a crash of its process, and kill -9 of the service that keeps it where another lives", async () => {
  const root = await project();
  const first = await startService(root);
  const { url, pid, status } = await json(root, "deploy", "penguins@1", "--port", "0");
  expect(status).toBe("serving");
  const second = await startService(root);
  // The model takes its whole process along.
  await expect(ask(url, 666)).rejects.toThrow();
  await expect.poll(() => answers(url), { timeout: 60_000 }).toBe("light");
  const again = await json(root, "deployments", "list");
  expect(again.deployments).toMatchObject([{ status: "serving", number: 1 }]);
  expect(again.deployments[0].pid).not.toBe(pid);
  expect(changes(root).map(({ change, reason }) => [change, reason])).toEqual([
    ["started", null],
    ["failed", "its process ended (SIGKILL)"],
    ["started", null],
  ]);

  await stopChild(first, { signal: "SIGKILL" });
  await expect.poll(() => changes(root).length, { timeout: 60_000 }).toBe(4);
  expect(await answers(url)).toBe("light");
  await stopChild(second, { signal: "SIGKILL" });
  await expect.poll(() => answers(url), { timeout: 60_000 }).toBe(null);
  expect(await json(root, "deployments", "list")).toMatchObject({
    service: false,
    deployments: [{ status: "waiting" }],
  });
  await startService(root);
  await expect.poll(() => answers(url), { timeout: 60_000 }).toBe("light");
});

test("tagline deploy --token makes one, keeps its hash alone, and refuses who has none", async () => {
  const root = await project();
  await startService(root);
  const { url, token, hasToken } = await json(root, "deploy", "penguins@1", "--port", "0", "--token");
  expect(hasToken).toBe(true);
  expect(token).toMatch(/^[\w-]{32}$/);
  expect((await ask(url)).status).toBe(401);
  expect(await ask(url, 1, { authorization: `Bearer ${token}` })).toEqual({ status: 200, species: "light" });
  const { code } = await execute("grep", ["-r", token, "."], root);
  expect(code).toBe(1);
});

test("two deployments of one model stand side by side; one that cannot be served says why", async () => {
  const root = await project();
  const entry = 'import "no-such-package";';
  await registerVersion(root, await draftOf(root, {}, { model: "broken", entry }));
  await startService(root);
  const [one, two] = [
    await json(root, "deploy", "penguins@1", "--port", "0", "--name", "one"),
    await json(root, "deploy", "penguins@2", "--name", "two"),
  ];
  expect(two.port).not.toBe(one.port);
  expect([await answers(one.url), await answers(two.url)]).toEqual(["light", "heavy"]);
  const broken = await tagline(root, "deploy", "broken");
  expect(broken.code).toBe(2);
  expect(broken.stdout).toMatch(/^Deployed broken, .*\nCannot load broken version 1: .*no-such-package/);
  const { deployments } = await json(root, "deployments", "list");
  expect(deployments.map(({ name, status }: Answer) => [name, status])).toEqual([
    ["one", "serving"],
    ["two", "serving"],
    ["broken", expect.stringMatching(/failed|starting/)],
  ]);
  // One that cannot move stays where it is, and says so.
  await registerVersion(root, await draftOf(root, {}, { entry }));
  await json(root, "deploy", "penguins@3", "--name", "one");
  await expect
    .poll(async () => (await json(root, "deployments", "list")).deployments[0], { timeout: 60_000 })
    .toMatchObject({ status: "serving", number: 1, error: expect.stringContaining("Cannot load penguins version 3") });
  expect(await answers(one.url)).toBe("light");
});

test("a deployment whose model never ends loading can be stopped at once", async () => {
  const root = await project();
  await registerVersion(root, await draftOf(root, {}, { model: "endless", entry: "await new Promise(() => {});" }));
  const service = await startService(root);
  expect(await json(root, "deploy", "endless", "--port", "0", "--no-wait")).toMatchObject({ status: "starting" });
  const { url } = (await json(root, "deployments", "list")).deployments[0];
  await expect
    .poll(
      () =>
        fetch(url).then(
          (reply) => reply.status,
          () => null,
        ),
      { timeout: 60_000 },
    )
    .toBe(503);
  expect(await json(root, "deployments", "stop", "endless")).toMatchObject({ status: "stopped" });
  await expect(fetch(url)).rejects.toThrow();
  expect(await stopChild(service)).toBe(0);
});

test.each([
  [["deploy", "penguin"], "Cannot find model penguin: did you mean penguins?"],
  [["deploy", "penguins@prod"], "Cannot find penguins@prod: penguins has versions 1 to 2."],
  [["deploy", "penguins", "--port", "x"], "Cannot listen on port x: give a number from 0 to 65535."],
  [["deploy", "penguins", "--name", "a b"], 'Cannot name a deployment "a b"'],
  [["deploy", "penguins", "--token", "short"], "Cannot take so short a token"],
  [["deployments", "stop", "penguins"], "this project has no deployments. Make one: tagline deploy MODEL"],
])("tagline %j exits with 2 and a sentence", async (args, sentence) => {
  const { code, stdout, stderr } = await tagline(await project(), ...args);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("    at ");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});
