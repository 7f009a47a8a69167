import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stopChild } from "../tools/stop-child.js";
import { newFolder } from "./support/lab.js";

const main = fileURLToPath(new URL("../../kernel-lib/dist/service/main.js", import.meta.url));
const started = new Set<ChildProcess>();
let folder = "";
let socket = "";

beforeEach(() => {
  folder = newFolder();
  mkdirSync(join(folder, ".tagline"));
  socket = join(folder, "private", "service.sock");
});

afterEach(async () => {
  await Promise.all([...started].map((child) => stopChild(child, { signal: "SIGKILL" })));
  started.clear();
  rmSync(folder, { recursive: true, force: true, maxRetries: 8 });
});

function start(): ChildProcess {
  const child = spawn(process.execPath, [main, "--socket", socket, "--root", folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  started.add(child);
  return child;
}

/** Whatever the service answers: the tests look at its parts. */
// biome-ignore lint/suspicious/noExplicitAny: JSON that expect() looks through
type Answer = any;

/** Status and answer; null while nobody listens. */
function call(method: string, path: string, body?: unknown): Promise<{ status: number; answer: Answer } | null> {
  return new Promise((resolve) => {
    const headers = { host: "localhost", "x-tagline": "1", "content-type": "application/json" };
    const call = request({ socketPath: socket, method, path, headers }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, answer: JSON.parse(text) }));
    });
    call.on("error", () => resolve(null));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const isUp = () => expect.poll(async () => (await call("GET", "/api/status"))?.status, { timeout: 20_000 }).toBe(200);
const exitCode = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));

test("the service listens on a socket that this user alone may open, in a folder of theirs", async () => {
  start();
  await isUp();
  expect((statSync(socket).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(join(folder, "private")).mode & 0o777).toString(8)).toBe("700");
});

test("the service goes with the process that started it, and takes its socket along", async () => {
  const script = 'node "$0" --socket "$1" --root "$2" & echo $!; wait';
  const parent = spawn("sh", ["-c", script, main, socket, folder], { stdio: ["ignore", "pipe", "inherit"] });
  started.add(parent);
  const pid = await new Promise<number>((resolve) =>
    parent.stdout?.once("data", (text) => resolve(Number(String(text)))),
  );
  await isUp();
  parent.kill("SIGKILL");
  await expect.poll(() => existsSync(socket), { timeout: 15_000 }).toBe(false);
  await expect
    .poll(
      () => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      },
      { timeout: 15_000 },
    )
    .toBe(false);
});

test("the service takes the place of one that was killed, and leaves one that lives alone", async () => {
  const first = start();
  await isUp();
  const second = start();
  let told = "";
  second.stderr?.on("data", (chunk) => {
    told += chunk;
  });
  expect(await exitCode(second)).toBe(1);
  expect(told).toContain(`Cannot listen on ${socket}: another service answers there.`);
  first.kill("SIGKILL");
  await exitCode(first);
  expect(existsSync(socket)).toBe(true);
  start();
  await isUp();
});

test("a service that is ended by a signal says so, so that Jupyter starts it again", async () => {
  const child = start();
  await isUp();
  child.kill("SIGTERM");
  expect(await exitCode(child)).toBe(128 + 15);
  expect(existsSync(socket)).toBe(false);
});

test("the service compiles, runs and explains a notebook", async () => {
  const source = 'import { metric } from "tagline";\nconst rows: number[] = [1, 2, 3];\nmetric("rows", rows.length);';
  const cell = {
    cell_type: "code",
    id: "a",
    metadata: { tags: ["step:load"] },
    source,
    outputs: [],
    execution_count: null,
  };
  writeFileSync(
    join(folder, "nb.ipynb"),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }),
  );
  start();
  await isUp();

  const cells = [{ id: "a", source, tags: ["step:load"] }];
  const bound = await call("POST", "/api/facts", { notebook: "nb.ipynb", speed: "bind", cells });
  expect(bound?.answer.facts.a.declarations[0]).toMatchObject({ name: "rows", type: null });
  const checked = await call("POST", "/api/facts", { notebook: "nb.ipynb", cells });
  expect(checked?.answer.facts.a.declarations[0]).toMatchObject({ name: "rows", type: "number[]" });
  const again = await call("POST", "/api/facts", { notebook: "nb.ipynb", cells, known: checked?.answer.keys });
  expect(again?.answer).toEqual({ facts: {}, keys: checked?.answer.keys });

  const wrong = await call("POST", "/api/runs", { notebook: "nb.ipynb", params: { rows: 1 } });
  expect(wrong?.status).toBe(400);
  expect(wrong?.answer.error.code).toBe("bad-params");
  const run = (await call("POST", "/api/runs", { notebook: "nb.ipynb" }))?.answer.run;
  await expect
    .poll(async () => (await call("GET", `/api/runs/${run}`))?.answer.status, { timeout: 60_000 })
    .toBe("succeeded");
  const { runs } = (await call("GET", "/api/runs?notebook=nb.ipynb"))?.answer ?? {};
  expect(runs).toMatchObject([{ run, kind: "pipeline", status: "succeeded", metrics: { rows: 3 } }]);
  const code = (await call("GET", `/api/runs/${run}/code`))?.answer;
  expect(code).toEqual({ steps: { load: { a: checked?.answer.facts.a.canonicalHash } } });
  const why = (await call("GET", "/api/why?name=metric:rows&notebook=nb.ipynb"))?.answer;
  expect(why.nodes[0]).toMatchObject({ kind: "metric", value: 3 });
  const unknown = await call("GET", "/api/why?name=metric:rowz&notebook=nb.ipynb");
  expect([unknown?.status, unknown?.answer.error.code]).toEqual([404, "nothing-known"]);
});

test("the service keeps projects below its root going, by what the page asks, also after kill -9", async () => {
  // A project of its own in a folder of Jupyter's.
  const project = join(folder, "work");
  mkdirSync(join(project, ".tagline"), { recursive: true });
  const source = `import { model } from "tagline";
const rows = Array.from({ length: 80 }, (_, index) => ({ mass: 3000 + 10 * index }));
const limit = 3400;
model("birds", { predict: (row: { mass: number }) => ({ heavy: row.mass > limit }), reference: rows });`;
  const cell = {
    cell_type: "code",
    id: "a",
    metadata: { tags: ["step:fit"] },
    source,
    outputs: [],
    execution_count: null,
  };
  const notebook = "work/birds.ipynb";
  writeFileSync(
    join(folder, notebook),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }),
  );
  const rows = Array.from({ length: 80 }, (_, index) => ({ mass: 1.3 * (3000 + 10 * index) }));
  writeFileSync(join(project, "today.json"), JSON.stringify(rows));
  const ask = async (path: string, body: object = {}): Promise<Answer> => {
    const reply = await call("POST", path, { notebook, ...body });
    expect(reply?.status, JSON.stringify(reply?.answer)).toBe(200);
    return reply?.answer;
  };
  const operations = async (): Promise<Answer> => (await call("GET", `/api/operations?notebook=${notebook}`))?.answer;

  const first = start();
  await isUp();
  const { id } = await ask("/api/schedules", { cron: "* * * * * *", name: "each second" });
  expect(id).toBe("each-second");
  await expect.poll(async () => (await operations()).schedules[0].last?.status, { timeout: 60_000 }).toBe("succeeded");
  await ask("/api/schedules/each-second/pause");
  const { run } = await ask("/api/schedules/each-second/run");
  await expect
    .poll(async () => (await call("GET", `/api/runs/${run}?notebook=${notebook}`))?.answer.status, { timeout: 60_000 })
    .toBe("succeeded");
  expect((await operations()).models).toMatchObject([{ model: "birds", versions: [{ number: 1, notebook }] }]);

  const { deployments, name } = await ask("/api/deployments", { model: "birds", port: 0 });
  const { url } = deployments.find((one: Answer) => one.name === name);
  const predict = async (): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(url, { method: "POST", headers, body: '{"mass": 3500}' })).json();
  };
  const answer = () => predict().catch(() => null);
  await expect.poll(answer, { timeout: 60_000 }).toEqual({ heavy: true });
  await expect
    .poll(async () => (await operations()).deployments, { timeout: 30_000 })
    .toMatchObject([{ name: "birds", status: "serving", number: 1, requests: { total: 1, failed: 0 } }]);
  const drift = await ask("/api/drift", { model: "birds", current: "work/today.json" });
  expect(drift.drift).toMatchObject({ drifted: true, current: "work/today.json", features: [{ name: "mass" }] });
  const { path } = await ask("/api/reports", { run: "latest" });
  expect(path).toMatch(/^work\/reports\/birds-\w+\.html$/);
  expect(existsSync(join(folder, path))).toBe(true);

  await stopChild(first, { signal: "SIGKILL" });
  await expect.poll(answer, { timeout: 30_000 }).toBe(null);
  start();
  await isUp();
  // Nobody has asked about that project yet.
  await expect.poll(answer, { timeout: 60_000 }).toEqual({ heavy: true });
  expect((await operations()).schedules).toMatchObject([{ id: "each-second", paused: true, next: [] }]);
  await ask("/api/deployments/birds/remove");
  await expect.poll(answer, { timeout: 60_000 }).toBe(null);
});
