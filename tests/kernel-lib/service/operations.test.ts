import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sketchReference } from "../../../kernel-lib/src/data/index.js";
import type { LineageEvent } from "../../../kernel-lib/src/lineage/events.js";
import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { prepareProject } from "../../../kernel-lib/src/lineage/project.js";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import { registerVersion } from "../../../kernel-lib/src/registry/index.js";
import type { OperationsReply } from "../../../kernel-lib/src/service/api.js";
import { build } from "../../../kernel-lib/src/service/build.js";
import { serviceErrors } from "../../../kernel-lib/src/service/errors.js";
import { createOperations } from "../../../kernel-lib/src/service/operations/create-operations.js";
import type { RunOptions, ServicePorts } from "../../../kernel-lib/src/service/ports.js";
import { Projects } from "../../../kernel-lib/src/service/projects.js";
import { draftOf } from "../registry/draft.js";

// The first notebook that is compiled loads TypeScript.
vi.setConfig({ testTimeout: 60_000 });

const now = new Date("2026-11-24T06:00:30Z");
let root = "";
let runs: { notebook: string; params: RunOptions["params"] }[] = [];
const projectsSeen: string[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "tagline-operations-")));
  prepareProject(root);
  mkdirSync(join(root, "nb"));
  writeNotebook('metric("double", units * 2);');
  runs = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

function writeNotebook(step: string): void {
  const parameters = 'import { metric, param } from "tagline";\nconst units = param("units", 2, { max: 9 });';
  const cells = [
    { id: "c1", tags: ["parameters"], source: parameters },
    { id: "c2", tags: ["step:tick"], source: step },
  ].map(({ id, tags, source }) => ({
    ...{ cell_type: "code", id, source, metadata: { tags }, execution_count: null, outputs: [] },
  }));
  writeFileSync(join(root, "nb/tick.ipynb"), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
}

/** The routes over the real rooms; only runs are noted instead of made. */
function app(): FastifyInstance {
  const nothing = async (): Promise<never> => {
    throw new Error("not asked for here");
  };
  const ports: ServicePorts = {
    ...{ facts: nothing, why: nothing, exportTo: nothing, readRun: async () => null, runCode: async () => null },
    ...{ listRuns: async () => [], activeRuns: async () => [], close: async () => {} },
    run: async (notebook, options) => {
      runs.push({ notebook, params: options.params });
      const document: RunDocument = {
        ...{ run: "R1", notebook, status: "running", startedAt: now.toISOString(), durationMs: 0 },
        ...{ params: {}, metrics: {}, steps: [], diagnostics: [] },
      };
      options.onProgress({ kind: "run", document });
      return { ...document, status: "succeeded" };
    },
    operations: createOperations({
      projects: new Projects(root, (project) => projectsSeen.push(project)),
      ...{ jupyterRoot: root, now: () => now },
    }),
  };
  return build({ ports, root, version: "0.1.0" });
}

// biome-ignore lint/suspicious/noExplicitAny: JSON that expect() looks through
type Answer = any;

async function post(url: string, body: object, service = app()): Promise<{ status: number; answer: Answer }> {
  const headers = { "x-tagline": "1", "content-type": "application/json" };
  const payload = { notebook: "nb/tick.ipynb", ...body };
  const reply = await service.inject({ method: "POST", url, headers, payload });
  return { status: reply.statusCode, answer: reply.json() };
}

async function operations(service = app()): Promise<OperationsReply> {
  return (await service.inject("/api/operations?notebook=nb/tick.ipynb")).json();
}

const masses = Array.from({ length: 200 }, (_, index) => ({ "Body Mass (g)": 3000 + 10 * index, Sex: "MALE" }));

/** Registers a version; each threshold is another one. */
async function register(threshold: number, more: object = {}): Promise<string> {
  const reference = sketchReference(masses);
  const draft = await draftOf(
    root,
    { threshold, names: ["a", "b"] },
    { notebook: "nb/tick.ipynb", reference, ...more },
  );
  return (await registerVersion(root, draft, { now: () => now, author: "Ada" })).manifest.id;
}

async function log(...events: LineageEvent[]): Promise<void> {
  const writer = openLog(root, { author: "Ada" });
  writer.append(events);
  await writer.close();
}

test("GET api/operations of a new project tells of nothing, and makes nothing", async () => {
  const bare = realpathSync(mkdtempSync(join(tmpdir(), "tagline-operations-")));
  const empty = { service: false, schedules: [], models: [], deployments: [], problems: [] };
  expect(await operations()).toEqual(empty);
  const service = build({
    ports: {
      operations: createOperations({ jupyterRoot: bare, projects: new Projects(bare) }),
      close: async () => {},
    } as unknown as ServicePorts, // nothing else is asked for
    ...{ root: bare, version: "0" },
  });
  expect((await service.inject("/api/operations")).json()).toEqual(empty);
  expect(existsSync(join(bare, ".tagline"))).toBe(false);
  rmSync(bare, { recursive: true });
});

test("a schedule is added, shown with its next moments, run, paused, resumed and removed", async () => {
  const service = app();
  const added = await post(
    "/api/schedules",
    { cron: "0 6 * * *", timeZone: "Europe/Berlin", params: { units: 8 }, name: "Each morning" },
    service,
  );
  const schedule = {
    ...{ id: "each-morning", name: "Each morning", notebook: "nb/tick.ipynb", cron: "0 6 * * *" },
    ...{ timeZone: "Europe/Berlin", params: { units: "8" }, paused: false, last: null },
    next: ["2026-11-25T05:00:00.000Z", "2026-11-26T05:00:00.000Z", "2026-11-27T05:00:00.000Z"],
    missed: { count: 0, newest: null },
  };
  expect(added).toMatchObject({ status: 200, answer: { id: "each-morning", schedules: [schedule] } });
  expect(projectsSeen).toContain(root);
  expect((await operations(service)).schedules).toEqual([schedule]);

  expect(await post("/api/schedules/each-morning/run", {}, service)).toEqual({ status: 200, answer: { run: "R1" } });
  expect(runs).toEqual([{ notebook: join(root, "nb/tick.ipynb"), params: { units: "8" } }]);
  await log({ kind: "schedule.fired", schedule: "each-morning", due: "2026-11-24T05:00:00.000Z", at: "", run: "R9" });
  const paused = (await post("/api/schedules/each-morning/pause", {}, service)).answer.schedules;
  const last = { due: "2026-11-24T05:00:00.000Z", run: "R9", status: null };
  expect(paused).toEqual([{ ...schedule, paused: true, next: [], last }]);
  expect((await post("/api/schedules/each-morning/resume", {}, service)).answer.schedules).toEqual([
    { ...schedule, last },
  ]);
  expect((await post("/api/schedules/each-morning/remove", {}, service)).answer.schedules).toEqual([]);
});

test("models are shown with versions, aliases, and the last drift check; aliases move and roll back", async () => {
  const [one, two] = [await register(1), await register(2, { metrics: { accuracy: 0.5 }, reference: null })];
  const service = app();
  await post("/api/models/penguins/promote", { version: 1, reason: "seen" }, service);
  const promoted = await post("/api/models/penguins/promote", {}, service);
  const common = {
    createdAt: now.toISOString(),
    author: "Ada",
    run: "01RUN",
    notebook: "nb/tick.ipynb",
    target: "Species",
  };
  expect(promoted).toEqual({
    status: 200,
    answer: {
      ...{ service: false, schedules: [], deployments: [], problems: [] },
      models: [
        {
          model: "penguins",
          versions: [
            { ...common, number: 2, id: two, metrics: { accuracy: 0.5 }, aliases: ["production"], hasReference: false },
            { ...common, number: 1, id: one, metrics: { accuracy: 0.97 }, aliases: [], hasReference: true },
          ],
          aliases: [
            {
              alias: "production",
              number: 2,
              before: 1,
              movedAt: expect.any(String),
              author: expect.any(String),
              reason: null,
            },
          ],
          drift: null,
          suggestedCurrent: null,
        },
      ],
    },
  });
  const back = await post("/api/models/penguins/rollback", { reason: "worse" }, service);
  expect(back.answer.models[0].aliases).toMatchObject([{ number: 1, before: null, reason: "worse" }]);
});

test("a drift check compares a file below the root, and is remembered", async () => {
  await register(1);
  writeFileSync(join(root, "nb/same.json"), JSON.stringify(masses));
  writeFileSync(
    join(root, "heavy.csv"),
    `Body Mass (g),wings\n${masses.map((row) => `${row["Body Mass (g)"] * 1.3},2`).join("\n")}\n`,
  );
  const service = app();
  const same = await post("/api/drift", { model: "penguins", current: "nb/same.json" }, service);
  expect(same.status).toBe(200);
  expect(same.answer.drift).toMatchObject({ number: 1, current: "nb/same.json", rows: 200, drifted: false });
  const heavy = await post("/api/drift", { model: "penguins", version: 1, current: "heavy.csv" }, service);
  expect(heavy.answer).toMatchObject({ model: "penguins", onlyInReference: ["Sex"], onlyInCurrent: ["wings"] });
  expect(heavy.answer.drift.features).toMatchObject([{ name: "Body Mass (g)", test: "ks", drifted: true }]);
  const [model] = (await operations(service)).models;
  expect(model?.drift).toEqual(heavy.answer.drift);
  expect(model?.suggestedCurrent).toBe("heavy.csv");
});

test("a deployment is made, shown as waiting for a service, stopped, started and removed", async () => {
  const id = await register(1);
  const service = app();
  const made = await post("/api/deployments", { model: "penguins", port: 0 }, service);
  const [deployment] = made.answer.deployments;
  expect([made.status, made.answer.name]).toEqual([200, "penguins"]);
  expect(deployment).toEqual({
    ...{ name: "penguins", model: "penguins", follows: "production", status: "waiting", number: null, version: null },
    ...{
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/penguins$/),
      hasToken: false,
      since: null,
      error: null,
    },
    requests: { total: 0, refused: 0, failed: 0, lastAt: null, medianMs: null },
  });
  const served = { kind: "request.served", model: "penguins", version: id, rows: 1, bodyHash: "" } as const;
  await log(
    { ...served, id: "1", at: "2026-11-24T06:00:00Z", durationMs: 3, status: 200, deployment: "penguins" },
    { ...served, id: "2", at: "2026-11-24T06:00:02Z", durationMs: 5, status: 422, deployment: "penguins" },
    { ...served, id: "3", at: "2026-11-24T06:00:01Z", durationMs: 9, status: 500, deployment: "penguins" },
    { ...served, id: "4", at: "2026-11-24T06:00:03Z", durationMs: 1, status: 200 },
  );
  const stopped = (await post("/api/deployments/penguins/stop", {}, service)).answer.deployments;
  const requests = { total: 3, refused: 1, failed: 1, lastAt: "2026-11-24T06:00:02Z", medianMs: 5 };
  expect(stopped).toEqual([{ ...deployment, status: "stopped", requests }]);
  const pinned = await post("/api/deployments", { model: "penguins", pick: 1 }, service);
  expect(pinned.answer.deployments).toMatchObject([{ follows: null, status: "waiting", url: deployment.url }]);
  expect((await post("/api/deployments/penguins/restart", {}, service)).status).toBe(200);
  expect((await post("/api/deployments/penguins/start", {}, service)).status).toBe(200);
  expect((await post("/api/deployments/penguins/remove", {}, service)).answer.deployments).toEqual([]);
});

test("a report is written below the root, and tells its path", async () => {
  const environment = { node: "v20", tagline: "0", os: "linux", gitCommit: null, gitDirty: null };
  await log(
    {
      kind: "run.started",
      run: "01RUN",
      runKind: "pipeline",
      notebook: "nb/tick.ipynb",
      at: now.toISOString(),
      params: {},
      environment,
    },
    { kind: "run.finished", run: "01RUN", status: "succeeded", at: now.toISOString(), durationMs: 1 },
  );
  const { status, answer } = await post("/api/reports", { run: "latest" });
  expect(status).toBe(200);
  expect(answer).toMatchObject({ run: "01RUN", path: "nb/reports/tick-01RUN.html" });
  expect(readFileSync(join(root, answer.path), "utf8")).toMatch(/^<!doctype html>/i);
  expect((await post("/api/reports", { run: "01RUN", out: "a/b.html" })).answer.path).toBe("a/b.html");
  symlinkSync(tmpdir(), join(root, "out"));
  for (const [body, code] of [
    [{ run: "latest", out: "../x.html" }, "outside-root"],
    [{ run: "latest", out: "out/x.html" }, "outside-root"],
    [{ run: "latest", out: "nb/tick.ipynb" }, "bad-request"],
    [{ run: "01NONE" }, "run-missing"],
  ] as const) {
    expect((await post("/api/reports", body)).answer.error.code).toBe(code);
  }
});

test.each([
  ["/api/schedules", { cron: "0 25 * * *" }, "bad-schedule", 'Cannot read cron expression "0 25 * * *"'],
  ["/api/schedules", { cron: "0 0 30 2 *" }, "bad-schedule", "that moment never comes"],
  ["/api/schedules", { cron: "0 6 * * *", timeZone: "Mars" }, "bad-schedule", "Cannot take Mars for a time zone"],
  ["/api/schedules", { cron: "0 6 * * *", params: { units: 10 } }, "bad-params", "the largest allowed value is 9"],
  ["/api/schedules", { notebook: "no.ipynb", cron: "0 6 * * *" }, "notebook-missing", "save it first"],
  ["/api/schedules", {}, "bad-request", "cron"],
  ["/api/schedules/x/run", {}, "schedule-missing", "this project has no schedules"],
  ["/api/schedules/x/pause", {}, "schedule-missing", "this project has no schedules"],
  ["/api/models/x/promote", {}, "model-missing", "the project has penguins"],
  ["/api/models/penguins/promote", { version: 7 }, "model-missing", "penguins has version 1"],
  ["/api/models/penguins/promote", { alias: "a b" }, "bad-request", 'Cannot name an alias "a b"'],
  ["/api/models/penguins/rollback", {}, "model-missing", "penguins has no aliases"],
  ["/api/deployments", { model: "penguin" }, "model-missing", "did you mean penguins?"],
  ["/api/deployments", { model: "penguins", name: "a b" }, "bad-request", 'Cannot name a deployment "a b"'],
  ["/api/deployments", { model: "penguins", port: 70000 }, "bad-request", "port"],
  ["/api/deployments/x/stop", {}, "deployment-missing", "this project has no deployments"],
  ["/api/drift", { model: "penguin", current: "rows.csv" }, "model-missing", "did you mean penguins?"],
  ["/api/drift", { model: "penguins", current: "no.csv" }, "file-missing", "Cannot find the file no.csv."],
  ["/api/drift", { model: "penguins", current: "../../etc/passwd" }, "outside-root", "outside Jupyter's root folder"],
  ["/api/drift", { model: "penguins", current: "nb" }, "file-missing", "it is no file"],
  ["/api/drift", { model: "penguins", current: "rows.csv" }, "not-comparable", "no column"],
  ["/api/drift", { model: "penguins", current: "nb/tick.ipynb" }, "not-comparable", "Cannot read"],
] as const)("POST %s %j is refused as %s", async (url, body, code, sentence) => {
  await register(1);
  writeFileSync(join(root, "rows.csv"), "wings\n2\n2\n");
  const { status, answer } = await post(url, body);
  expect(answer.error).toEqual({ code, message: expect.stringContaining(sentence) });
  expect(status).toBe(serviceErrors[code].status);
});

test("POST api/schedules refuses a notebook with an error, and adds nothing", async () => {
  writeNotebook("metric('x', nobody);");
  const { status, answer } = await post("/api/schedules", { cron: "0 6 * * *" });
  expect([status, answer.error.code]).toEqual([422, "not-compiled"]);
  expect(answer.error.message).toContain("TL012");
  expect(existsSync(join(root, ".tagline/catalog.json"))).toBe(false);
});

test("a port of another deployment and a name of another model are conflicts", async () => {
  await register(1);
  await register(1, { model: "bears" });
  const service = app();
  const { answer } = await post("/api/deployments", { model: "penguins", port: 0 }, service);
  const port = Number(new URL(answer.deployments[0].url).port);
  expect((await post("/api/deployments", { model: "bears", port }, service)).answer.error.code).toBe("port-taken");
  expect((await post("/api/deployments", { model: "bears", name: "penguins" }, service)).answer.error).toMatchObject({
    code: "name-taken",
  });
});

test("a catalog that a person broke is told as a problem, and no command overwrites it", async () => {
  await register(1);
  const catalog = join(root, ".tagline/catalog.json");
  writeFileSync(catalog, "{ oh");
  const reply = await operations();
  expect(reply).toMatchObject({ schedules: [], deployments: [], models: [{ model: "penguins" }] });
  expect(reply.problems).toEqual([expect.stringContaining(`Cannot read ${catalog}`)]);
  for (const [url, body] of [
    ["/api/schedules", { cron: "0 6 * * *" }],
    ["/api/deployments", { model: "penguins" }],
  ] as const) {
    expect((await post(url, body)).answer.error.code).toBe("catalog-unreadable");
  }
  expect(readFileSync(catalog, "utf8")).toBe("{ oh");
});

test("every command is guarded: header, type, origin", async () => {
  const service = app();
  for (const url of [
    ...["/api/schedules", "/api/schedules/x/run", "/api/schedules/x/pause", "/api/models/x/promote"],
    ...["/api/models/x/rollback", "/api/deployments", "/api/deployments/x/stop", "/api/drift", "/api/reports"],
  ]) {
    const json = { "content-type": "application/json" };
    for (const [headers, code] of [
      [json, "header-missing"],
      [{ "x-tagline": "1", "content-type": "text/plain" }, "not-json"],
      [{ ...json, "x-tagline": "1", origin: "https://evil.example" }, "not-same-origin"],
    ] as const) {
      const reply = await service.inject({ method: "POST", url, headers, payload: "{}" });
      expect([url, reply.statusCode, reply.json().error.code]).toEqual([url, 403, code]);
    }
  }
});

test("GET api/cron tells the next moments, or what is wrong", async () => {
  const service = app();
  const cron = (query: string) => service.inject(`/api/cron?${query}`).then((reply) => reply.json());
  expect(await cron("cron=@daily&timeZone=UTC")).toEqual({
    timeZone: "UTC",
    next: Array.from({ length: 3 }, () => expect.stringMatching(/T00:00:00\.000Z$/)),
  });
  expect((await cron("cron=0%206%20*%20*")).error).toEqual({
    code: "bad-schedule",
    message: expect.stringContaining("it needs five fields"),
  });
});
