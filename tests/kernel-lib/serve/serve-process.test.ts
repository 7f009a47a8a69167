import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { moveAlias, registerVersion, type VersionDraft } from "../../../kernel-lib/src/registry/index.js";
import { stopChild } from "../../tools/stop-child.js";
import { bin, tagline } from "../cli/support.js";
import { draftOf, entryOf, temporaryProject } from "./support.js";

// The first command of a changed checkout builds it.
vi.setConfig({ testTimeout: 120_000 });

async function project(draft: Partial<VersionDraft> = {}): Promise<string> {
  const root = temporaryProject();
  await registerVersion(root, await draftOf(root, undefined, draft));
  return root;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ready: string;
  stderr(): string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the real `tagline serve` and waits for its ready line. */
async function start(root: string, ...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [bin, "serve", ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(async () => void (await stopChild(child, { signal: "SIGKILL" })));
  let [stdout, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const closed = once(child, "close");
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.endsWith("\n")) resolve(stdout);
    });
    child.once("close", () => reject(new Error(`tagline serve ended: ${stderr}`)));
  });
  const stop = async (signal: NodeJS.Signals = "SIGINT"): Promise<number | null> => {
    child.kill(signal);
    const [code] = await closed;
    return code;
  };
  return { child, ready, url: /http:\/\/\S+?(?=["\s])/.exec(ready)?.[0] ?? "", stderr: () => stderr, stop };
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

test("tagline serve answers, refuses, notes each request, and stops leaving nothing behind", async () => {
  const root = await project();
  const server = await start(root, "penguins", "--port", "0");
  expect(server.ready).toMatch(
    /^Serving penguins version 1 \([0-9a-f]{8}, newest\): http:\/\/127\.0\.0\.1:\d+\/penguins\n$/,
  );
  expect(await (await post(server.url, { "Body Mass (g)": 5000 })).json()).toEqual({
    species: "Gentoo",
    probability: 0.9,
  });
  expect((await post(server.url, { "Body Mass (g)": "heavy" })).status).toBe(422);
  expect(await (await fetch(new URL("/healthz", server.url))).json()).toMatchObject({ status: "ok", number: 1 });
  expect(await server.stop()).toBe(0);
  await expect(fetch(server.url)).rejects.toThrow();
  const { events, problems } = readLog(root);
  expect(problems).toEqual([]);
  expect(events.map(({ event }) => event)).toMatchObject([
    { kind: "request.served", model: "penguins", status: 200, rows: 1 },
    { kind: "request.served", model: "penguins", status: 422, rows: 0 },
  ]);
  expect(verifyLog(root).intact).toBe(true);
  expect(readdirSync(join(root, ".tagline/lineage")).filter((name) => name.endsWith(".live"))).toEqual([]);
});

test("tagline serve takes production where it is set, and tells programs by --json", async () => {
  const root = await project();
  const other = await registerVersion(root, await draftOf(root, { threshold: 1, names: ["a", "b"] }));
  const log = openLog(root);
  await moveAlias(log, "penguins", "1");
  await log.close();
  const server = await start(root, "penguins", "--port", "0", "--json");
  expect(JSON.parse(server.ready)).toMatchObject({
    model: "penguins",
    number: 1,
    because: "production",
    url: server.url,
  });
  expect(await server.stop("SIGTERM")).toBe(0);
  const asked = await start(root, `model:penguins@${other.manifest.id.slice(0, 6)}`, "--port", "0");
  expect(asked.ready).toContain("version 2 (");
  expect(await asked.stop()).toBe(0);
});

test("a model that loops for ever or ends its process stops neither health checks nor what waits behind it", async () => {
  const predict = `(row) => {
    if (row["Body Mass (g)"] === 1) process.exit(3);
    if (row["Body Mass (g)"] === 2) for (;;);
    console.log("seen " + row["Body Mass (g)"]);
    return { species: "x", probability: 1 };
  }`;
  const root = await project({ entry: entryOf(predict) });
  const server = await start(root, "penguins", "--port", "0", "--timeout", "1");
  const killer = post(server.url, { "Body Mass (g)": 1 });
  const behind = post(server.url, { "Body Mass (g)": 3 });
  expect(await (await killer).json()).toEqual({
    error: { code: "predict_failed", message: "Cannot predict: its thread ended, as by process.exit()", row: 0 },
  });
  expect((await behind).status).toBe(200);
  const endless = post(server.url, { "Body Mass (g)": 2 });
  const patient = post(server.url, { "Body Mass (g)": 4 });
  expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
  // Thousands deep: it does not reach the model, and holds up nobody.
  const body = `{"Body Mass (g)": 5, "deep": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const deep = await fetch(server.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(deep.status).toBe(422);
  const reply = await endless;
  expect([reply.status, await reply.json()]).toEqual([
    504,
    { error: { code: "predict_timeout", message: "Cannot predict: the model worked longer than 1 s", row: 0 } },
  ]);
  expect((await patient).status).toBe(200);
  expect(await server.stop()).toBe(0);
  expect(server.stderr()).toContain("seen 3\n");
});

test("an answer under way is given before the server stops", async () => {
  const root = await project({
    entry: entryOf('() => new Promise((done) => setTimeout(() => done({ species: "slow", probability: 1 }), 700))'),
  });
  const server = await start(root, "penguins", "--port", "0");
  const answer = post(server.url, { "Body Mass (g)": 1 });
  // The request is in once health answers after it.
  await fetch(new URL("/healthz", server.url));
  expect(await server.stop("SIGTERM")).toBe(0);
  expect(await (await answer).json()).toEqual({ species: "slow", probability: 1 });
  expect(readLog(root).events).toHaveLength(1);
  // An open connection would hold the server for 72 seconds.
}, 60_000);

test("tagline serve moves on from a taken port, unless it was asked for", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const root = await project();
  const { code, stdout, stderr } = await tagline(root, "serve", "penguins", "--port", String(port));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(
    `Cannot listen on 127.0.0.1, port ${port}: another program uses it. Name another --port, or none to take the next free one.\n`,
  );
  const [first, second] = [await start(root, "penguins"), await start(root, "penguins")];
  expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
  expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
});

test.each([
  [["penguin"], "Cannot find model penguin: did you mean penguins?"],
  [["penguins", "--host", "0.0.0.0"], "Cannot serve on 0.0.0.0 without a token"],
  [["penguins", "--port", "x"], "Cannot listen on port x: give a number from 0 to 65535."],
  [["penguins@2"], "Cannot find penguins@2: penguins has version 1."],
])("tagline serve %j exits with 2 and a sentence", async (args, sentence) => {
  const { code, stdout, stderr } = await tagline(await project(), "serve", ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("    at ");
});

test("tagline serve of a version that cannot be loaded says why and exits with 2", async () => {
  const root = await project({ entry: 'import "no-such-package";' });
  const { code, stderr } = await tagline(root, "serve", "penguins", "--port", "0");
  expect(code).toBe(2);
  expect(stderr).toContain("Cannot load penguins version 1");
  expect(stderr).toContain("no-such-package");
  expect(stderr).not.toContain("    at ");
});
