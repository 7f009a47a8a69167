import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type DeploymentChanged,
  type FileUse,
  type LineageEvent,
  type ModelRegistered,
  openLog,
  UnknownNameError,
  why,
} from "../../../../kernel-lib/src/lineage/index.js";
import { type Impact, impact } from "../../../../kernel-lib/src/lineage/questions/impact.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "../support.js";

const [SESSION, RUN] = ["01SESSION0000000000000000A", "01PIPELINE000000000000000A"];
const at = "2026-11-24T06:00:00.000Z";
const [RAW, TIDY, VERSION] = ["a".repeat(64), "b".repeat(64), "c".repeat(64)];

const registered: ModelRegistered = {
  kind: "model.registered",
  model: "penguins",
  version: VERSION,
  number: 3,
  run: RUN,
  notebook: "train.ipynb",
  cellId: "register",
  at,
  target: null,
  metrics: {},
  artifacts: [],
  isNew: true,
};

const deployed: DeploymentChanged = {
  kind: "deployment.changed",
  deployment: "birds",
  change: "started",
  model: "penguins",
  version: VERSION,
  previous: null,
  alias: "production",
  url: "http://127.0.0.1:8080/penguins",
  at,
  reason: null,
};

/** A session cleans raw.csv into tidy.csv; another notebook's pipeline trains on that, and its model is deployed. */
async function project(more: readonly LineageEvent[] = []): Promise<string> {
  const root = temporaryFolder();
  const file = (name: string, mode: FileUse["mode"], sha256: string): FileUse => ({
    path: join(root, name),
    mode,
    sha256,
    bytes: 1,
  });
  const rows = { name: "rows", hash: "d".repeat(64), type: "table", bytes: 1, summary: "344 rows" };
  let now = 1000;
  const log = openLog(root, { clock: () => (now += 1), author: "Ada", host: "lab" });
  log.append([
    runStarted(SESSION, { notebook: "clean.ipynb" }),
    cellFinished(SESSION, 1, { cellId: "read", writes: ["raw"], files: [file("raw.csv", "read", RAW)] }),
    cellFinished(SESSION, 2, { cellId: "beside", writes: ["other"] }),
    cellFinished(SESSION, 3, { cellId: "write", reads: ["raw"], files: [file("tidy.csv", "write", TIDY)] }),
    runStarted(RUN, { notebook: "train.ipynb", runKind: "pipeline", params: { units: 16 } }),
    stepFinished(RUN, "load", {
      outputs: [rows],
      cells: [trace({ cellId: "load", writes: ["rows"], files: [file("tidy.csv", "read", TIDY)] })],
    }),
    // Before the end of the step whose cell called `model()`.
    registered,
    stepFinished(RUN, "train", {
      inputs: [rows],
      shared: [{ cellId: "helper", hash: "e" }],
      cells: [
        trace({
          cellId: "register",
          reads: ["rows", "units"],
          params: [{ name: "units", value: 16, default: 8 }],
          metrics: [{ name: "accuracy", value: 0.9, at }],
        }),
      ],
    }),
    { kind: "alias.moved", model: "penguins", alias: "production", version: VERSION, previous: null, at, reason: null },
    deployed,
    ...more,
  ]);
  await log.close();
  return root;
}

function labels({ nodes }: Impact): string[] {
  return nodes.map(({ kind, label }) => `${kind} ${label}`);
}

test("impact() follows a file through runs, by the files that they hand on, to the live model", async () => {
  const root = await project();
  const found = impact(root, "file:raw.csv", { cwd: root });
  expect(labels(found)).toEqual([
    "file raw.csv",
    "cell cell [1]",
    "variable raw",
    "cell cell [3]",
    "file tidy.csv",
    "cell step load, cell load",
    "artifact rows",
    "cell step train, cell register",
    "metric accuracy",
    "model penguins",
    "deployment birds",
  ]);
  expect(found.targets).toEqual([`file:${join(root, "raw.csv")}@${RAW}`]);
  expect(found.runs).toEqual([RUN, SESSION]);
  expect(found.models).toEqual([
    { model: "penguins", version: VERSION, number: 3, aliases: ["production"], deployments: ["birds"], isLive: true },
  ]);
  expect(found.edges).toContainEqual({ from: `model:penguins@${VERSION}`, to: "deployment:birds" });
  // Nothing points to what is not there.
  const ids = new Set(found.nodes.map(({ id }) => id));
  expect(found.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
});

test.each([
  ["cell:clean.ipynb#beside", ["cell cell [2]"]],
  [
    "cell:train.ipynb#helper",
    ["cell step train, cell register", "metric accuracy", "model penguins", "deployment birds"],
  ],
  [
    "param:units",
    ["param units", "cell step train, cell register", "metric accuracy", "model penguins", "deployment birds"],
  ],
  [
    "artifact:dddddd",
    ["artifact rows", "cell step train, cell register", "metric accuracy", "model penguins", "deployment birds"],
  ],
  ["model:penguins@production", ["model penguins", "deployment birds"]],
  ["model:penguins@3", ["model penguins", "deployment birds"]],
])("impact(%s)", async (target, expected) => {
  expect(labels(impact(await project(), target))).toEqual(expected);
});

test("what was stopped or moved on from is not live", async () => {
  const root = await project([
    { ...deployed, change: "stopped", reason: "asked to" },
    {
      kind: "alias.moved",
      model: "penguins",
      alias: "production",
      version: "f".repeat(64),
      previous: VERSION,
      at,
      reason: null,
    },
  ]);
  expect(impact(root, "file:raw.csv", { cwd: root }).models).toEqual([
    { model: "penguins", version: VERSION, number: 3, aliases: [], deployments: [], isLive: false },
  ]);
});

test("impact() of other bytes of the same file is another answer", async () => {
  const root = await project();
  expect(impact(root, `raw.csv@${RAW.slice(0, 8)}`, { cwd: root }).runs).toEqual([RUN, SESSION]);
  expect(() => impact(root, "raw.csv@ffffffff", { cwd: root })).toThrow(UnknownNameError);
});

test("impact() says what is known where nothing goes by that name", async () => {
  const root = await project();
  expect(() => impact(root, "file:nope.csv", { cwd: root })).toThrow(
    "Cannot tell what came of file:nope.csv: the log has nothing of that name. Known: file:raw.csv, file:tidy.csv",
  );
});

test("why() goes from a deployment and from a request to the file behind the model", async () => {
  const id = "01K0000000000000000000REQ1";
  const root = await project([
    {
      kind: "request.served",
      id,
      model: "penguins",
      version: VERSION,
      at,
      durationMs: 1,
      status: 200,
      rows: 1,
      bodyHash: "9".repeat(64),
    },
  ]);
  for (const target of ["deployment:birds", `request:${id}`, `request:${id.slice(0, 12)}`]) {
    const { nodes } = why(root, target);
    expect(nodes[0]?.kind, target).toBe(target.split(":")[0]);
    expect(
      nodes.map(({ kind, label }) => `${kind} ${label}`),
      target,
    ).toEqual(expect.arrayContaining(["model penguins", "artifact rows", "file tidy.csv", "file raw.csv"]));
  }
  expect(() => why(root, "request:01K9")).toThrow(UnknownNameError);
});
