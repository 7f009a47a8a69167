import { join } from "node:path";
import { expect, test } from "vitest";
import {
  formatWhy,
  listRuns,
  openLog,
  openReader,
  type StepFinished,
  UnknownNameError,
  type WhyResult,
  why,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

const at = "2026-11-24T06:00:00.000Z";
const S1 = "01SESSION0000000000000000A";
const P1 = "01PIPELINE000000000000000A";
const P2 = "01PIPELINE000000000000000B";
const DATA = "d".repeat(64);

/** A session as a person works: load, clean, a param, train in place, evaluate; clean run twice. */
async function session(): Promise<string> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "Ada", host: "lab" });
  log.append([
    runStarted(S1, { at }),
    cellFinished(S1, 1, {
      cellId: "load-cell",
      sourceHash: "1".repeat(64),
      writes: ["raw"],
      files: [{ path: join(root, "data/penguins.json"), mode: "read", sha256: DATA, bytes: 10 }],
    }),
    cellFinished(S1, 2, {
      cellId: "clean-cell",
      sourceHash: "2".repeat(64),
      reads: ["raw"],
      writes: ["rows"],
      tables: [{ name: "rows", rows: 344, columns: [{ name: "a", type: "number" }] }],
    }),
    cellFinished(S1, 3, {
      cellId: "params-cell",
      sourceHash: "3".repeat(64),
      writes: ["units"],
      params: [{ name: "units", value: 16, default: 8 }],
    }),
    cellFinished(S1, 4, { cellId: "clean-cell", sourceHash: "4".repeat(64), reads: ["raw"], writes: ["rows"] }),
    cellFinished(S1, 5, { cellId: "model-cell", sourceHash: "5".repeat(64), reads: ["units"], writes: ["model"] }),
    cellFinished(S1, 6, {
      cellId: "fit-cell",
      sourceHash: "6".repeat(64),
      reads: ["rows", "model"],
      mutates: ["model"],
    }),
    cellFinished(S1, 7, {
      cellId: "eval-cell",
      sourceHash: "7".repeat(64),
      reads: ["model", "rows"],
      metrics: [{ name: "accuracy", value: 0.985, at }],
    }),
    cellFinished(S1, 8, { cellId: "later", sourceHash: "8".repeat(64), mutates: ["model"], reads: ["model"] }),
  ]);
  await log.close();
  return root;
}

function edgesOf({ edges }: WhyResult): string[] {
  return edges.map(({ from, to }) => `${from} -> ${to}`).sort();
}

test("why() follows a session's metric through the versions of its variables to the file", async () => {
  const root = await session();
  const result = why(root, "metric:accuracy");
  expect(edgesOf(result)).toEqual(
    [
      `cell:${S1}/7 -> metric:accuracy@${S1}`,
      `variable:model@${S1}/6 -> cell:${S1}/7`,
      `variable:rows@${S1}/4 -> cell:${S1}/7`,
      `cell:${S1}/6 -> variable:model@${S1}/6`,
      `variable:rows@${S1}/4 -> cell:${S1}/6`,
      `variable:model@${S1}/5 -> cell:${S1}/6`,
      `cell:${S1}/5 -> variable:model@${S1}/5`,
      `param:units=16@${S1} -> cell:${S1}/5`,
      `cell:${S1}/4 -> variable:rows@${S1}/4`,
      `variable:raw@${S1}/1 -> cell:${S1}/4`,
      `cell:${S1}/1 -> variable:raw@${S1}/1`,
      `file:${root}/data/penguins.json@${DATA} -> cell:${S1}/1`,
    ].sort(),
  );
  expect(result.nodes[0]).toEqual({
    id: `metric:accuracy@${S1}`,
    kind: "metric",
    label: "accuracy",
    value: 0.985,
    run: S1,
    notebook: "penguins.ipynb",
  });
  expect(result.nodes.find(({ kind }) => kind === "file")).toEqual({
    id: `file:${root}/data/penguins.json@${DATA}`,
    kind: "file",
    label: "data/penguins.json",
    path: `${root}/data/penguins.json`,
    hash: DATA,
  });
});

test("formatWhy() prints the way down to the file, and each part once", async () => {
  const root = await session();
  expect(formatWhy(why(root, "accuracy"), { cwd: root })).toBe(
    `accuracy = 0.985  metric of run ${S1}, penguins.ipynb
└─ cell [7]  code 777777777777
   ├─ model  ← cell [6]  code 666666666666
   │  ├─ rows  ← cell [4]  code 444444444444
   │  │  └─ raw  ← cell [1]  code 111111111111
   │  │     └─ file data/penguins.json  sha256 dddddddddddd
   │  └─ model  ← cell [5]  code 555555555555
   │     └─ param units = 16
   └─ rows  ← cell [4]  (above)`,
  );
});

test("why() takes a cell that declared, read and measured by itself", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append([
    runStarted("01RUN"),
    cellFinished("01RUN", 1, {
      writes: ["x"],
      files: [{ path: "/data/a.csv", mode: "read", sha256: DATA, bytes: 1 }],
      params: [{ name: "k", value: "v", default: "v" }],
      metrics: [
        { name: "m", value: 1, at },
        { name: "m", value: 2, at },
      ],
    }),
  ]);
  await log.close();
  const result = why(root, "metric:m@01RUN");
  expect(result.nodes.map(({ kind, value }) => [kind, value])).toEqual([
    ["metric", 2],
    ["cell", undefined],
    ["param", "v"],
    ["file", undefined],
  ]);
});

function pipeline(run: string, accuracy: number, cachedFrom: string | null): StepFinished[] {
  const use = (name: string, hash: string) => ({
    name,
    hash: hash.repeat(64),
    type: "json",
    bytes: 5,
    summary: `value of ${name}`,
  });
  const status = cachedFrom ? "cached" : "done";
  return [
    stepFinished(run, "load", {
      status,
      cachedFrom,
      outputs: [use("raw", "a")],
      cells: [
        trace({
          cellId: "c-load-1",
          writes: ["text"],
          files: [{ path: "/data/p.json", mode: "read", sha256: DATA, bytes: 1 }],
        }),
        trace({ cellId: "c-load-2", reads: ["text"], writes: ["raw"] }),
      ],
    }),
    stepFinished(run, "train", {
      status,
      cachedFrom,
      inputs: [use("raw", "a")],
      outputs: [use("model", "b")],
      cells: [
        trace({
          cellId: "c-train",
          reads: ["raw", "fitModel"],
          writes: ["model"],
          params: [{ name: "epochs", value: 40, default: 40 }],
        }),
      ],
    }),
    stepFinished(run, "evaluate", {
      inputs: [use("model", "b"), use("raw", "a")],
      cells: [
        trace({
          cellId: "c-eval",
          reads: ["model", "raw", "threshold"],
          metrics: [{ name: "accuracy", value: accuracy, at }],
        }),
      ],
    }),
  ];
}

async function pipelines(): Promise<string> {
  const root = await session();
  const log = openLog(root, { clock: () => 2000 });
  log.append([
    runStarted(P1, { runKind: "pipeline", params: { threshold: 0.5 }, at }),
    ...pipeline(P1, 0.97, null),
    { kind: "run.finished", run: P1, status: "succeeded", at, durationMs: 77 },
  ]);
  await log.close();
  const again = openLog(root, { clock: () => 3000 });
  again.append([runStarted(P2, { runKind: "pipeline", params: { threshold: 0.6 }, at }), ...pipeline(P2, 0.96, P1)]);
  await again.close();
  return root;
}

test("why() follows a pipeline's metric through artifacts and cached steps", async () => {
  const root = await pipelines();
  const result = why(root, "metric:accuracy");
  const a = "a".repeat(64);
  const b = "b".repeat(64);
  expect(edgesOf(result)).toEqual(
    [
      `cell:${P2}/evaluate/1 -> metric:accuracy@${P2}`,
      `artifact:model@${b} -> cell:${P2}/evaluate/1`,
      `artifact:raw@${a} -> cell:${P2}/evaluate/1`,
      `param:threshold@${P2} -> cell:${P2}/evaluate/1`,
      `cell:${P2}/train/1 -> artifact:model@${b}`,
      `artifact:raw@${a} -> cell:${P2}/train/1`,
      `param:epochs@${P2} -> cell:${P2}/train/1`,
      `cell:${P2}/load/2 -> artifact:raw@${a}`,
      `variable:text@${P2}/load/1 -> cell:${P2}/load/2`,
      `cell:${P2}/load/1 -> variable:text@${P2}/load/1`,
      `file:/data/p.json@${DATA} -> cell:${P2}/load/1`,
    ].sort(),
  );
  expect(why(root, `metric:accuracy@${P1}`).nodes[0]?.value).toBe(0.97);
  expect(formatWhy(why(root, "metric:accuracy"), { cwd: "/data" })).toBe(
    `accuracy = 0.96  metric of run ${P2}, penguins.ipynb
└─ step evaluate, cell c-eval  code 555555555555
   ├─ model (value of model)  bbbbbbbbbbbb  ← step train, cell c-train  code 555555555555
   │  ├─ raw (value of raw)  aaaaaaaaaaaa  ← step load, cell c-load-2  code 555555555555
   │  │  └─ text  ← step load, cell c-load-1  code 555555555555
   │  │     └─ file p.json  sha256 dddddddddddd
   │  └─ param epochs = 40
   ├─ raw (value of raw)  aaaaaaaaaaaa  ← step load, cell c-load-2  (above)
   └─ param threshold = 0.6`,
  );
});

test("why() passes over a step that hands on what it was given", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const use = { name: "test", hash: "7".repeat(64), type: "json", bytes: 5, summary: "86 rows" };
  log.append([
    runStarted(P1, { runKind: "pipeline" }),
    stepFinished(P1, "split", { outputs: [use], cells: [trace({ cellId: "split", writes: ["test"] })] }),
    stepFinished(P1, "train", {
      inputs: [use],
      outputs: [use],
      cells: [trace({ cellId: "train", writes: ["model"] })],
    }),
    stepFinished(P1, "evaluate", {
      inputs: [use],
      cells: [trace({ cellId: "evaluate", reads: ["test"], metrics: [{ name: "m", value: 1, at }] })],
    }),
  ]);
  await log.close();
  expect(why(root, "m").nodes.map(({ id }) => id)).toEqual([
    `metric:m@${P1}`,
    `cell:${P1}/evaluate/1`,
    `artifact:test@${use.hash}`,
    `cell:${P1}/split/1`,
  ]);
});

test("why() names the step where a value changed by another name", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  const use = (name: string, hash: string) => ({
    name,
    hash: hash.repeat(64),
    type: "json",
    bytes: 5,
    summary: "86 rows",
  });
  log.append([
    runStarted(P1, { runKind: "pipeline" }),
    stepFinished(P1, "split", {
      outputs: [use("rows", "1"), use("test", "2")],
      cells: [trace({ cellId: "split", writes: ["rows", "test"] })],
    }),
    stepFinished(P1, "scale", {
      inputs: [use("rows", "1"), use("test", "2")],
      outputs: [use("rows", "3"), use("test", "4")],
      cells: [trace({ cellId: "scale", mutates: ["rows"], reads: ["rows"] })],
    }),
    stepFinished(P1, "evaluate", {
      inputs: [use("test", "4")],
      cells: [trace({ cellId: "evaluate", reads: ["test"], metrics: [{ name: "m", value: 1, at }] })],
    }),
  ]);
  await log.close();
  const result = why(root, "m");
  expect(edgesOf(result)).toContain(`step:${P1}/scale -> artifact:test@${"4".repeat(64)}`);
  expect(edgesOf(result)).toContain(`artifact:rows@${"1".repeat(64)} -> step:${P1}/scale`);
});

test("why() takes runs, artifacts, cells and files, and shortened names where one fits", async () => {
  const root = await pipelines();
  const top = (target: string) => why(root, target, { cwd: root }).nodes[0]?.id;
  expect(top("run:latest")).toBe(`run:${P2}`);
  expect(top("run:01SESSION")).toBe(`run:${S1}`);
  expect(top("artifact:bbbbbb")).toBe(`artifact:model@${"b".repeat(64)}`);
  expect(top("artifact:raw")).toBe(`artifact:raw@${"a".repeat(64)}`);
  expect(top("cell:penguins.ipynb#c-train")).toBe(`cell:${P2}/train/1`);
  expect(top("penguins.ipynb#fit-cell")).toBe(`cell:${S1}/6`);
  expect(top("file:data/penguins.json")).toBe(`file:${root}/data/penguins.json@${DATA}`);
  expect(top("p.json")).toBe(`file:/data/p.json@${DATA}`);
  expect(
    why(root, "run:latest")
      .nodes.map(({ kind }) => kind)
      .filter((kind) => kind === "metric"),
  ).toHaveLength(1);
});

test("why() follows a file to the run that wrote those bytes", async () => {
  const root = temporaryFolder();
  const first = openLog(root, { clock: () => 1 });
  const file = { path: "/data/clean.csv", sha256: DATA, bytes: 1 };
  first.append([
    runStarted("01A"),
    cellFinished("01A", 1, { files: [{ ...file, mode: "write" }], params: [{ name: "p", value: 1, default: 1 }] }),
  ]);
  await first.close();
  const second = openLog(root, { clock: () => 2 });
  second.append([
    runStarted("01B"),
    cellFinished("01B", 1, { files: [{ ...file, mode: "read" }], metrics: [{ name: "m", value: 1, at }] }),
  ]);
  await second.close();
  expect(why(root, "metric:m").nodes.map(({ id }) => id)).toEqual([
    "metric:m@01B",
    "cell:01B/1",
    `file:/data/clean.csv@${DATA}`,
    "cell:01A/1",
    "param:p=1@01A",
  ]);
});

test("why() says what may be meant", async () => {
  const root = await pipelines();
  const failure = (target: string): UnknownNameError => {
    try {
      why(root, target);
    } catch (error) {
      if (error instanceof UnknownNameError) return error;
    }
    throw new Error("expected an UnknownNameError");
  };
  expect(failure("metric:acuracy").message).toBe(
    "Cannot explain metric:acuracy: the log has nothing of that name. Did you mean metric:accuracy?",
  );
  expect(failure("metric:acuracy").candidates).toEqual(["metric:accuracy"]);
  expect(failure("run:01PIPELINE").message).toBe(`Cannot explain run:01PIPELINE: it may mean run:${P2}, run:${P1}`);
  expect(failure("model:penguins").message).toContain("there is no model in the log");
  expect(failure("nothing-like-it-at-all").message).toContain("Known: metric:accuracy");
  expect(() => why(temporaryFolder(), "accuracy")).toThrow(/nothing has run yet/);
});

test("listRuns() gives runs newest first, with params, metrics and status", async () => {
  const root = await pipelines();
  const reader = openReader(root);
  expect(listRuns(reader)).toEqual([
    {
      run: P2,
      kind: "pipeline",
      notebook: "penguins.ipynb",
      // Its writer went without an end.
      status: "failed",
      startedAt: at,
      durationMs: 1000,
      params: { threshold: 0.6, epochs: 40 },
      metrics: { accuracy: 0.96 },
      author: expect.any(String),
    },
    {
      run: P1,
      kind: "pipeline",
      notebook: "penguins.ipynb",
      status: "succeeded",
      startedAt: at,
      durationMs: 77,
      params: { threshold: 0.5, epochs: 40 },
      metrics: { accuracy: 0.97 },
      author: expect.any(String),
    },
    {
      run: S1,
      kind: "session",
      notebook: "penguins.ipynb",
      status: "succeeded",
      startedAt: at,
      durationMs: 5,
      params: { units: 16 },
      metrics: { accuracy: 0.985 },
      author: "Ada",
    },
  ]);
});

test("openReader() sees a running session, and its new events on refresh()", async () => {
  const root = temporaryFolder();
  const reader = openReader(root);
  expect(listRuns(reader)).toEqual([]);
  const log = openLog(root);
  log.append([runStarted("01LIVE"), cellFinished("01LIVE", 1)]);
  await log.commit();
  expect(reader.refresh()).toBe(true);
  expect(listRuns(reader)).toMatchObject([{ run: "01LIVE", status: "running", durationMs: null, metrics: {} }]);
  expect(reader.refresh()).toBe(false);
  log.append(cellFinished("01LIVE", 2, { metrics: [{ name: "m", value: 3, at }] }));
  await log.close();
  expect(reader.refresh()).toBe(true);
  expect(listRuns(reader)).toMatchObject([{ status: "succeeded", metrics: { m: 3 } }]);
});

test("formatWhy() gathers names of one cell, and those that lead nowhere", async () => {
  const root = temporaryFolder();
  const log = openLog(root);
  log.append([
    runStarted(S1, { at }),
    cellFinished(S1, 1, { writes: ["aq", "metric"] }),
    cellFinished(S1, 2, { reads: ["aq"], writes: ["tidy"] }),
    cellFinished(S1, 3, {
      reads: ["aq", "tidy"],
      writes: ["raw", "labels"],
      files: [{ path: "/data/p.json", mode: "read", sha256: DATA, bytes: 1 }],
    }),
    cellFinished(S1, 4, { reads: ["aq", "metric", "raw", "tidy", "labels"], metrics: [{ name: "m", value: 1, at }] }),
    cellFinished(S1, 5, { reads: ["aq", "metric", "tidy"], metrics: [{ name: "constant", value: 2, at }] }),
  ]);
  await log.close();
  expect(formatWhy(why(root, "m"), { cwd: "/data" })).toBe(
    `m = 1  metric of run ${S1}, penguins.ipynb
└─ cell [4]  code 555555555555
   ├─ raw, labels  ← cell [3]  code 555555555555
   │  ├─ file p.json  sha256 dddddddddddd
   │  └─ with aq (cell [1]); tidy (cell [2])
   └─ with aq, metric (cell [1]); tidy (cell [2])`,
  );
  expect(formatWhy(why(root, "constant"))).toBe(
    `constant = 2  metric of run ${S1}, penguins.ipynb
└─ cell [5]  code 555555555555
   ├─ aq, metric  ← cell [1]  code 555555555555
   └─ tidy  ← cell [2]  code 555555555555
      └─ aq  ← cell [1]`,
  );
});
