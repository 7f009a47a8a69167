import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { RunDocument, StepDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { build } from "../../../kernel-lib/src/service/build.js";
import { createOperations } from "../../../kernel-lib/src/service/operations/create-operations.js";
import type { RunOptions, ServicePorts } from "../../../kernel-lib/src/service/ports.js";
import { Projects } from "../../../kernel-lib/src/service/projects.js";

const change = { "x-tagline": "1", "content-type": "application/json" };
const step = (status: StepDocument["status"]): StepDocument => ({
  name: "load",
  status,
  cells: ["a"],
  durationMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  metrics: {},
  reason: "first run",
  outputs: [],
});
const document = (run: string, status: RunDocument["status"], load: StepDocument["status"]): RunDocument => ({
  run,
  notebook: "nb.ipynb",
  status,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  params: {},
  metrics: {},
  steps: [step(load)],
  diagnostics: [],
});

/** One run under the test's control. */
interface Started {
  readonly notebook: string;
  readonly options: RunOptions;
  finish(document: RunDocument): void;
  fail(error: Error): void;
}

let root = "";
let started: Started[] = [];
let errors: unknown[] = [];
const onDisk = new Map<string, RunDocument[]>();

function app() {
  const ports: ServicePorts = {
    facts: async (_notebook, request) => ({
      facts: {},
      keys: Object.fromEntries(request.cells.map((cell) => [cell.id, cell.source])),
    }),
    run: (notebook, options) => new Promise((finish, fail) => started.push({ notebook, options, finish, fail })),
    listRuns: async () => [],
    readRun: async (run) => {
      const states = onDisk.get(run);
      return (states !== undefined && states.length > 1 ? states.shift() : states?.[0]) ?? null;
    },
    runCode: async (run) => (onDisk.has(run) ? { steps: { load: { a: "1" } } } : null),
    activeRuns: async () => [],
    why: async () => ({ nodes: [], edges: [] }),
    close: async () => {},
    operations: createOperations({ jupyterRoot: root, projects: new Projects(root) }),
    exportTo: async (_notebook, _target, out) => ({ out, files: ["README.md"], warnings: [] }),
  };
  return build({ ports, root, version: "0.1.0", followMs: 1, onError: (error) => errors.push(error) });
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "tagline-service-")));
  writeFileSync(join(root, "nb.ipynb"), "{}");
  started = [];
  errors = [];
  onDisk.clear();
});

/** Starts a run and tells its first document. */
async function start(service: ReturnType<typeof app>, run: string): Promise<Started> {
  const before = started.length;
  const reply = service.inject({
    method: "POST",
    url: "/api/runs",
    headers: change,
    payload: { notebook: "nb.ipynb", params: { units: 8 } },
  });
  await expect.poll(() => started.length).toBe(before + 1);
  const last = started[started.length - 1] as Started; // polled to be there
  last.options.onProgress({ kind: "run", document: document(run, "running", "waiting") });
  expect((await reply).json()).toEqual({ run });
  return last;
}

const told = (body: string) =>
  body
    .split("\n\n")
    .filter((part) => part.startsWith("data: "))
    .map((part) => JSON.parse(part.slice(6)));

test("GET api/status tells version, root and what is going on", async () => {
  const service = app();
  await start(service, "R1");
  expect((await service.inject("/api/status")).json()).toEqual({
    version: "0.1.0",
    root,
    active: [{ run: "R1", notebook: "nb.ipynb", startedAt: "2026-01-01T00:00:00.000Z" }],
  });
});

test("POST api/facts hands the cells on as they stand on the page", async () => {
  const reply = await app().inject({
    method: "POST",
    url: "/api/facts",
    headers: change,
    payload: { notebook: "unsaved.ipynb", speed: "bind", cells: [{ id: "a", source: "const x = 1", tags: [] }] },
  });
  expect(reply.json()).toEqual({ facts: {}, keys: { a: "const x = 1" } });
});

test("a change without the header gets 403 and a sentence", async () => {
  const reply = await app().inject({
    method: "POST",
    url: "/api/runs",
    headers: { "content-type": "application/json" },
    payload: { notebook: "nb.ipynb" },
  });
  expect(reply.statusCode).toBe(403);
  expect(reply.json()).toEqual({
    error: {
      code: "header-missing",
      message: "Cannot accept a change without the header `X-Tagline: 1`: send it with the request.",
    },
  });
});

test("a form gets 403 and a sentence, whatever it holds", async () => {
  const headers = { "x-tagline": "1", "content-type": "text/plain" };
  const reply = await app().inject({ method: "POST", url: "/api/runs", headers, payload: '{"notebook":"nb.ipynb"}' });
  expect([reply.statusCode, reply.json().error.code]).toEqual([403, "not-json"]);
  expect(started).toEqual([]);
});

test("a body that breaks the contract gets 400 and the field's name", async () => {
  const reply = await app().inject({ method: "POST", url: "/api/runs", headers: change, payload: { notebook: 3 } });
  expect(reply.statusCode).toBe(400);
  expect(reply.json().error).toMatchObject({
    code: "bad-request",
    message: expect.stringContaining("notebook must be string"),
  });
});

test("POST api/runs starts the notebook with its params; a second one gets 409 while it lasts", async () => {
  const service = app();
  const run = await start(service, "R1");
  expect(run.notebook).toBe(join(root, "nb.ipynb"));
  expect(run.options.params).toEqual({ units: 8 });
  const second = await service.inject({
    method: "POST",
    url: "/api/runs",
    headers: change,
    payload: { notebook: "nb.ipynb" },
  });
  expect(second.statusCode).toBe(409);
  expect(second.json().error.code).toBe("run-active");
  run.finish(document("R1", "succeeded", "done"));
  await expect.poll(async () => (await service.inject("/api/runs/R1")).json().status).toBe("succeeded");
  await start(service, "R2");
});

test("api/runs/:run/events replays what is so on connect, then tells what changes, then ends", async () => {
  const service = app();
  const run = await start(service, "R1");
  run.options.onProgress({ kind: "step", run: "R1", step: step("running") });
  run.options.onProgress({
    kind: "note",
    run: "R1",
    step: "load",
    text: "epoch 1/2",
    fraction: 0.5,
    values: { loss: 0.3 },
  });
  const events = service.inject("/api/runs/R1/events");
  // The stream is connected once the service has answered a later request.
  await service.inject("/api/status");
  run.options.onProgress({ kind: "step", run: "R1", step: step("done") });
  run.finish(document("R1", "succeeded", "done"));
  const reply = await events;
  expect(reply.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  expect(reply.body.endsWith("event: end\ndata: {}\n\n")).toBe(true);
  expect(told(reply.body)).toEqual([
    { kind: "run", document: document("R1", "running", "running") },
    { kind: "note", run: "R1", step: "load", text: "epoch 1/2", fraction: 0.5, values: { loss: 0.3 } },
    { kind: "step", run: "R1", step: step("done") },
    { kind: "run", document: document("R1", "succeeded", "done") },
  ]);
});

test("api/runs/:run/events follows a run that the command line started", async () => {
  onDisk.set("CLI", [
    document("CLI", "running", "waiting"),
    document("CLI", "running", "running"),
    document("CLI", "succeeded", "done"),
  ]);
  const reply = await app().inject("/api/runs/CLI/events");
  expect(told(reply.body).map((progress) => progress.document.steps[0].status)).toEqual(["running", "done"]);
});

test("POST api/runs/:run/cancel stops the run and tells how it ended", async () => {
  const service = app();
  const run = await start(service, "R1");
  run.options.signal.addEventListener("abort", () => run.finish(document("R1", "cancelled", "skipped")));
  const reply = await service.inject({ method: "POST", url: "/api/runs/R1/cancel", headers: change, payload: {} });
  expect(reply.json()).toEqual(document("R1", "cancelled", "skipped"));
  const again = await service.inject({ method: "POST", url: "/api/runs/R1/cancel", headers: change, payload: {} });
  expect(again.statusCode).toBe(409);
});

test("a run whose engine breaks ends as failed, and the service hears why", async () => {
  const service = app();
  const run = await start(service, "R1");
  run.options.onProgress({ kind: "step", run: "R1", step: step("running") });
  run.fail(new Error("engine broke"));
  await expect
    .poll(async () => (await service.inject("/api/runs/R1")).json())
    .toEqual(document("R1", "failed", "failed"));
  expect(errors).toEqual([new Error("engine broke")]);
});

test("closing the service cancels what is going on", async () => {
  const service = app();
  const run = await start(service, "R1");
  run.options.signal.addEventListener("abort", () => run.finish(document("R1", "cancelled", "skipped")));
  await service.close();
  expect(run.options.signal.aborted).toBe(true);
});

test("POST api/export refuses a folder that holds something", async () => {
  mkdirSync(join(root, "full"));
  writeFileSync(join(root, "full", "x"), "");
  const to = (out: string) =>
    app().inject({
      method: "POST",
      url: "/api/export",
      headers: change,
      payload: { notebook: "nb.ipynb", to: "node", out },
    });
  expect((await to("full")).json().error.code).toBe("folder-taken");
  expect((await to("../away")).json().error.code).toBe("outside-root");
  expect((await to("new")).json()).toEqual({ out: join(root, "new"), files: ["README.md"], warnings: [] });
});

test("unknown runs and addresses get 404 with a code", async () => {
  const service = app();
  expect((await service.inject("/api/runs/NONE")).json().error.code).toBe("run-missing");
  expect((await service.inject("/api/runs/NONE/events")).statusCode).toBe(404);
  expect((await service.inject("/api/runs/NONE/code")).statusCode).toBe(404);
  expect((await service.inject("/api/nothing")).json().error.code).toBe("not-found");
});
