import { join } from "node:path";
import { expect, test } from "vitest";
import {
  formatWhy,
  type ModelRegistered,
  openLog,
  UnknownNameError,
  why,
} from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, stepFinished, temporaryFolder, trace } from "./support.js";

const at = "2026-11-24T06:00:00.000Z";
const P1 = "01PIPELINE000000000000000A";
const P2 = "01PIPELINE000000000000000B";
const DATA = "d".repeat(64);

function registered(run: string, number: number, more: Partial<ModelRegistered> = {}): ModelRegistered {
  const weights = { name: "weights", hash: "9".repeat(64), type: "json", bytes: 4, summary: "4 numbers" };
  const units = { name: "units", hash: "8".repeat(64), type: "json", bytes: 4, summary: "16" };
  return {
    kind: "model.registered",
    model: "penguins",
    version: String(number).repeat(64),
    number,
    run,
    notebook: "penguins.ipynb",
    cellId: "register",
    at,
    target: "Species",
    metrics: { accuracy: 0.98 },
    artifacts: [units, weights],
    isNew: true,
    ...more,
  };
}

/** A pipeline that registers version 1, again as cached, then one that makes version 2; production is version 1. */
async function project(): Promise<string> {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000, author: "Ada", host: "lab" });
  const weights = { name: "weights", hash: "9".repeat(64), type: "json", bytes: 4, summary: "4 numbers" };
  const train = stepFinished(P1, "train", {
    outputs: [weights],
    cells: [
      trace({
        cellId: "train",
        writes: ["weights"],
        files: [{ path: join(root, "data.json"), mode: "read", sha256: DATA, bytes: 10 }],
      }),
    ],
  });
  const deploy = stepFinished(P1, "deploy", {
    inputs: [weights],
    cells: [trace({ cellId: "register", reads: ["weights", "units"] })],
  });
  log.append([
    runStarted(P1, { at, runKind: "pipeline", params: { units: 16 } }),
    train,
    registered(P1, 1),
    deploy,
    runStarted(P2, { at, runKind: "pipeline", params: { units: 16 } }),
    { ...train, run: P2 },
    registered(P2, 1, { isNew: false }),
    registered(P2, 2),
    { ...deploy, run: P2 },
    {
      kind: "alias.moved",
      model: "penguins",
      alias: "production",
      version: "1".repeat(64),
      previous: null,
      at,
      reason: null,
      isRollback: false,
    },
  ]);
  await log.close();
  return root;
}

test("why() goes from a version through what it captured to the files and params behind it", async () => {
  const root = await project();
  expect(formatWhy(why(root, "model:penguins@1"), { cwd: root })).toBe(
    `model penguins version 1 (11111111) (accuracy 0.98)  registered by run ${P1}, penguins.ipynb
├─ units (16)  888888888888  ← param units = 16
├─ weights (4 numbers)  999999999999  ← step train, cell train  code 555555555555
│  └─ file data.json  sha256 dddddddddddd
└─ step deploy, cell register  code 555555555555
   ├─ weights (4 numbers)  999999999999  ← step train, cell train  (above)
   └─ param units = 16`,
  );
});

test("why() takes a model by its newest version, an alias, a number and the first digits of its id", async () => {
  const root = await project();
  const versionOf = (name: string): unknown => why(root, name).nodes[0]?.value;
  expect(
    ["penguins", "model:penguins", "model:penguins@newest", "model:penguins@2", "model:penguins@2222"].map(versionOf),
  ).toEqual([2, 2, 2, 2, 2]);
  expect(["model:penguins@production", "model:penguins@1", "penguins@11111111"].map(versionOf)).toEqual([1, 1, 1]);
  expect(why(root, "model:penguins@production").nodes[0]?.run).toBe(P1);
  expect(() => why(root, "model:penguins@staging")).toThrow(UnknownNameError);
  expect(() => why(root, "model:penguin")).toThrow(/Did you mean model:penguins\?/);
});

test("why() finds a session's cell that a front end gave no id", async () => {
  const root = temporaryFolder();
  const log = openLog(root, { clock: () => 1000 });
  log.append([
    runStarted(P1, { at }),
    cellFinished(P1, 1, { cellId: null, writes: ["weights"] }),
    registered(P1, 1, { cellId: null }),
    cellFinished(P1, 2, { cellId: null, reads: ["weights"] }),
    cellFinished(P1, 3, { cellId: null, writes: ["weights"] }),
  ]);
  await log.close();
  const { nodes, edges } = why(root, "model:penguins");
  expect(nodes.map(({ label }) => label).sort()).toEqual([
    "cell [1]",
    "cell [2]",
    "penguins",
    "units",
    "weights",
    "weights",
  ]);
  expect(edges).toContainEqual({ from: `cell:${P1}/2`, to: nodes[0]?.id });
});
