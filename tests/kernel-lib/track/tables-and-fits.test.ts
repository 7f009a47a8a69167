import { createRequire } from "node:module";
import type * as Tf from "@tensorflow/tfjs";
import * as aq from "arquero";
import { beforeAll, expect, test } from "vitest";
import { installTracking } from "../../../kernel-lib/src/track/install-tracking.js";
import type { TrackNews } from "../../../kernel-lib/src/track/tracker.js";
import { bindings, temporaryFolder, traceOf } from "./support.js";

let tf: typeof Tf;

beforeAll(() => {
  installTracking({ folder: temporaryFolder() });
  // Loaded as a notebook does it: by Node, after tracking stands.
  tf = createRequire(new URL("../../../kernel-lib/package.json", import.meta.url))("@tensorflow/tfjs");
});

test("a name that holds an arquero table when the cell ends is recorded with rows and columns", async () => {
  const $tl = bindings();
  const trace = await traceOf(() => {
    $tl.ref("table").v = aq
      .table({ n: [1, 2, 3], name: ["a", null, "c"], day: [new Date(0), null, null], empty: [null, null, null] })
      .filter((row: { n: number }) => row.n > 1);
    $tl.ref("plain").v = [1];
  });
  expect(trace.tables).toEqual([
    {
      name: "table",
      rows: 2,
      columns: [
        { name: "n", type: "number", profile: { seen: 2, gaps: 0, distinct: 2, min: 2, max: 3, mean: 2.5 } },
        { name: "name", type: "string", profile: { seen: 2, gaps: 1, distinct: 1 } },
        { name: "day", type: "date", profile: { seen: 2, gaps: 2, distinct: 0 } },
        { name: "empty", type: "unknown", profile: { seen: 2, gaps: 2, distinct: 0 } },
      ],
    },
  ]);
});

test("a table's profile tells gaps, different values, ends and mean; a large one is looked at in part, both ends included", async () => {
  const $tl = bindings();
  const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
  const { tables } = await traceOf(() => {
    $tl.ref("small").v = aq.table({ x: [1, Number.NaN, 3], on: [day(2), day(1), null], o: [{}, {}, {}] });
    $tl.ref("large").v = aq.table({ id: Array.from({ length: 200_000 }, (_, n) => n) });
  });
  expect(tables.map(({ name, columns }) => [name, columns.map(({ profile }) => profile)])).toEqual([
    [
      "small",
      [
        { seen: 3, gaps: 1, distinct: 2, min: 1, max: 3, mean: 2 },
        { seen: 3, gaps: 1, distinct: 2, min: "2026-01-01T00:00:00.000Z", max: "2026-01-02T00:00:00.000Z" },
        { seen: 3, gaps: 0, distinct: null },
      ],
    ],
    ["large", [{ seen: 50_000, gaps: 0, distinct: null, min: 0, max: 199_999, mean: expect.any(Number) }]],
  ]);
});

function model(): Tf.Sequential {
  const made = tf.sequential();
  made.add(tf.layers.dense({ units: 4, inputShape: [2], activation: "relu" }));
  made.add(tf.layers.dense({ units: 1 }));
  made.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return made;
}

test("fit is recorded with its history, and told epoch by epoch", async () => {
  const news: TrackNews[] = [];
  let result: Tf.History | undefined;
  const trace = await traceOf(
    async () => {
      const x = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      result = await model().fit(x, tf.tensor1d([1, 2]), { epochs: 3, batchSize: 2 });
    },
    { onNews: (item) => news.push(item) },
  );
  const [fit] = trace.fits;
  expect(fit).toEqual({
    epochs: 3,
    batchSize: 2,
    optimizer: "SGD",
    loss: "meanSquaredError",
    parameters: 17,
    layers: ["Dense [null,4], 12 parameters", "Dense [null,1], 5 parameters"],
    backend: "cpu",
    history: result?.history,
    durationMs: expect.any(Number),
  });
  expect(
    news.map((item) =>
      item.kind === "epoch"
        ? `${item.epoch}/${item.epochs} ${item.values["loss"] === fit?.history["loss"]?.[item.epoch - 1]}`
        : item.kind,
    ),
  ).toEqual(["1/3 true", "2/3 true", "3/3 true", "fit"]);
});

test.each([
  ["a configuration", (seen: number[]) => ({ onEpochEnd: (epoch: number) => void seen.push(epoch) })],
  ["a list of configurations", (seen: number[]) => [{ onEpochEnd: (epoch: number) => void seen.push(epoch) }]],
  [
    "a callback object",
    (seen: number[]) => new tf.CustomCallback({ onEpochEnd: (epoch: number) => void seen.push(epoch) }),
  ],
])("a person's own callbacks are called as before: %s", async (_, callbacks) => {
  const seen: number[] = [];
  const told: number[] = [];
  await traceOf(
    async () => {
      await model().fit(tf.tensor2d([[1, 2]]), tf.tensor1d([1]), {
        epochs: 2,
        callbacks: callbacks(seen) as Tf.CustomCallbackArgs,
      });
    },
    { onNews: (item) => item.kind === "epoch" && told.push(item.epoch) },
  );
  expect([seen, told]).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("training a model changes it; predicting with it does not", async () => {
  const $tl = bindings();
  await traceOf(() => ($tl.ref("model").v = model()));
  const fitted = await traceOf(() =>
    ($tl.ref("model").v as Tf.Sequential).fit(tf.tensor2d([[1, 2]]), tf.tensor1d([1])),
  );
  const predicted = await traceOf(() => ($tl.ref("model").v as Tf.Sequential).predict(tf.tensor2d([[1, 2]])));
  expect([fitted.mutates, predicted.mutates]).toEqual([["model"], []]);
});

test("the same cell trains to the same numbers again", async () => {
  const losses: unknown[] = [];
  for (let i = 0; i < 2; i += 1) {
    const trace = await traceOf(async () => {
      await model().fit(tf.randomNormal([8, 2]), tf.randomUniform([8]), { epochs: 2, shuffle: true });
    });
    losses.push(trace.fits[0]?.history);
  }
  expect(losses[1]).toEqual(losses[0]);
});

test("tfjs does not advertise its other packages on standard error", async () => {
  const warn = console.warn;
  const said: unknown[] = [];
  console.warn = (...text) => said.push(text);
  try {
    const fresh = new (
      tf as unknown as {
        MathBackendCPU: new () => { write(values: Float32Array, shape: number[], type: string): unknown };
      }
    ).MathBackendCPU();
    fresh.write(new Float32Array([1]), [1], "float32");
  } finally {
    console.warn = warn;
  }
  expect(said).toEqual([]);
});
