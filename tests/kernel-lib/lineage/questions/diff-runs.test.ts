import { join } from "node:path";
import { expect, test } from "vitest";
import { type LineageEvent, openLog, UnknownNameError } from "../../../../kernel-lib/src/lineage/index.js";
import { diffRuns } from "../../../../kernel-lib/src/lineage/questions/diff-runs.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "../support.js";

const [A, B] = ["01RUN0000000000000000000AA", "01RUN0000000000000000000BB"];
const at = "2026-11-24T06:00:00.000Z";

interface Version {
  readonly k?: number;
  readonly file?: string;
  readonly load?: string;
  readonly prep?: string;
  readonly evaluate?: string;
  readonly shared?: string;
  /** What `load` and `prep` hand on. */
  readonly rows?: string;
  readonly clean?: string;
  readonly score?: number;
  readonly node?: string;
}

/** load (reads a file) → prep (calls a function of another cell) → evaluate (a param). */
function pipeline(root: string, run: string, version: Version): LineageEvent[] {
  const { k = 1, file = "f1", load = "l1", prep = "p1", evaluate = "e1", shared = "s1" } = version;
  const { rows = "r1", clean = "c1", score = 1, node = "20.20.0" } = version;
  const use = (name: string, hash: string) => ({ name, hash, type: "json", bytes: 1, summary: "" });
  const params = [{ name: "k", value: k, default: 1 }];
  const path = join(root, "data.csv");
  return [
    runStarted(run, { runKind: "pipeline", params: { k }, environment: { ...runStarted(run).environment, node } }),
    stepFinished(run, "load", {
      outputs: [use("rows", rows)],
      cells: [
        trace({
          cellId: "load",
          canonicalHash: load,
          writes: ["rows"],
          files: [{ path, mode: "read", sha256: file, bytes: 1 }],
        }),
      ],
    }),
    stepFinished(run, "prep", {
      inputs: [use("rows", rows)],
      outputs: [use("clean", clean)],
      shared: [{ cellId: "helper", hash: shared }],
      cells: [trace({ cellId: "prep", canonicalHash: prep, reads: ["rows"], writes: ["clean"] })],
    }),
    stepFinished(run, "evaluate", {
      inputs: [use("clean", clean)],
      cells: [
        trace({ cellId: "k", canonicalHash: "k1", writes: ["k"], params }),
        trace({
          cellId: "evaluate",
          canonicalHash: evaluate,
          reads: ["clean", "k"],
          metrics: [{ name: "score", value: score, at }],
        }),
      ],
    }),
    { kind: "run.finished", run, status: "succeeded", at, durationMs: 10 },
  ];
}

async function twoRuns(from: Version, to: Version) {
  const root = temporaryFolder();
  let now = 1000;
  const log = openLog(root, { clock: () => (now += 1), author: "Ada", host: "lab" });
  log.append([...pipeline(root, A, from), ...pipeline(root, B, to)]);
  await log.close();
  return { root, diff: diffRuns(root, A, B) };
}

async function causes(from: Version, to: Version): Promise<string[] | undefined> {
  const { diff } = await twoRuns({ score: 1, ...from }, { score: 2, ...to });
  return diff.metrics[0]?.causes.map(
    ({ kind, name, path }) => `${kind} ${name.replace(/.*\//, "")}: ${path.join(" > ")}`,
  );
}

test("diffRuns() tells what differs, whole", async () => {
  const { root, diff } = await twoRuns(
    {},
    { k: 2, file: "f2", rows: "r2", clean: "c2", prep: "p2", score: 2, node: "22" },
  );
  const { from, to, ...rest } = diff;
  expect([from.run, to.run]).toEqual([A, B]);
  expect(rest).toEqual({
    params: [{ name: "k", from: 1, to: 2 }],
    data: [{ path: "data.csv", from: "f1", to: "f2" }],
    code: [{ change: "edited", cellId: "prep", step: "prep", from: "p1", to: "p2" }],
    environment: [{ name: "node", from: "20.20.0", to: "22" }],
    artifacts: [
      { step: "load", name: "rows", from: "r1", to: "r2" },
      { step: "prep", name: "clean", from: "c1", to: "c2" },
    ],
    metrics: [
      {
        name: "score",
        from: 1,
        to: 2,
        causes: [
          { kind: "param", name: "k", from: 1, to: 2, path: ["k", "step evaluate, cell evaluate", "score"] },
          {
            kind: "code",
            name: "prep",
            from: "p1",
            to: "p2",
            path: ["step prep, cell prep", "clean", "step evaluate, cell evaluate", "score"],
          },
          {
            kind: "data",
            name: join(root, "data.csv"),
            from: "f1",
            to: "f2",
            path: [
              "data.csv",
              "step load, cell load",
              "rows",
              "step prep, cell prep",
              "clean",
              "step evaluate, cell evaluate",
              "score",
            ],
          },
          { kind: "environment", name: "node", from: "20.20.0", to: "22", path: ["node", "score"] },
        ],
      },
    ],
  });
});

test("diffRuns() finds nothing between equal runs", async () => {
  const { diff } = await twoRuns({}, {});
  const { from, to, ...rest } = diff;
  expect(rest).toEqual({ params: [], data: [], code: [], environment: [], artifacts: [], metrics: [] });
});

test("a cause above a value that both runs have alike explains nothing", async () => {
  // Another file and an edited cell give the same rows: only the param is left.
  expect(await causes({ file: "f1", load: "l1" }, { file: "f2", load: "l2", k: 2 })).toEqual([
    "param k: k > step evaluate, cell evaluate > score",
  ]);
});

test("an edited function of a cell that does not run itself is a cause", async () => {
  expect(await causes({}, { shared: "s2", clean: "c2" })).toEqual([
    "code helper: step prep, cell prep > clean > step evaluate, cell evaluate > score",
  ]);
});

test("a metric that moved while nothing above it did is told as unknown", async () => {
  expect(await causes({}, {})).toEqual(["unknown : score"]);
});

test("a session's metric moves by the code that was run again, not by cells beside its way", async () => {
  const root = temporaryFolder();
  let now = 1000;
  const log = openLog(root, { clock: () => (now += 1), author: "Ada", host: "lab" });
  const session = (run: string, clean: string, beside: string, score: number): LineageEvent[] => [
    runStarted(run),
    cellFinished(run, 1, { cellId: "load", canonicalHash: "l1", writes: ["rows"] }),
    cellFinished(run, 2, { cellId: "clean", canonicalHash: "c0", reads: ["rows"], writes: ["clean"] }),
    cellFinished(run, 3, { cellId: "clean", canonicalHash: clean, reads: ["rows"], writes: ["clean"] }),
    cellFinished(run, 4, { cellId: "plot", canonicalHash: beside, reads: ["clean"] }),
    cellFinished(run, 5, {
      cellId: "score",
      canonicalHash: "s1",
      reads: ["clean"],
      metrics: [{ name: "score", value: score, at }],
    }),
  ];
  log.append([...session(A, "c1", "b1", 1), ...session(B, "c2", "b2", 2)]);
  await log.close();
  const { code, metrics } = diffRuns(root, A, "latest");
  expect(code.map(({ change, cellId }) => `${cellId} ${change}`)).toEqual(["clean edited", "plot edited"]);
  expect(metrics[0]?.causes).toEqual([
    { kind: "code", name: "clean", from: "c1", to: "c2", path: ["cell [3]", "clean", "cell [5]", "score"] },
  ]);
});

test("diffRuns() takes the beginning of an id, latest and the ones before it, and lists what may be meant", async () => {
  const { root } = await twoRuns({}, {});
  expect(diffRuns(root, "latest~1", "run:latest")).toEqual(diffRuns(root, A, B));
  expect(() => diffRuns(root, A.slice(0, 10), B)).toThrow(UnknownNameError);
  expect(() => diffRuns(root, "nothing", B)).toThrow(
    `Cannot find the run nothing: there is no run of that name. The newest are run:${B}, run:${A}; see: tagline runs`,
  );
});
