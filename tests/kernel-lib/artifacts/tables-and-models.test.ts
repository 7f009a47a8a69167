import { deepStrictEqual } from "node:assert";
import * as tf from "@tensorflow/tfjs";
import * as aq from "arquero";
import { beforeAll, expect, test } from "vitest";
import { hashValues, loadBundle, saveBundle } from "../../../kernel-lib/src/artifacts/index.js";
import { roundTrip, temporaryStore } from "./support.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const n = 60;
const columns = {
  int: Array.from({ length: n }, (_, i) => i),
  float: Array.from({ length: n }, (_, i) => (i % 9 ? i / 7 : -0)),
  text: Array.from({ length: n }, (_, i) => `t${i}`),
  word: Array.from({ length: n }, (_, i) => (i % 2 ? "Adelie" : "Gentoo")),
  gap: Array.from({ length: n }, (_, i) => (i % 5 ? i : null)),
  undef: Array.from({ length: n }, (_, i) => (i % 5 ? "x" : undefined)),
  nan: Array.from({ length: n }, (_, i) => (i % 5 ? i : Number.NaN)),
  date: Array.from({ length: n }, (_, i) => (i % 4 ? new Date(i * 1e9) : null)),
  bool: Array.from({ length: n }, (_, i) => i % 2 === 0),
  big: Array.from({ length: n }, (_, i) => BigInt(i)),
  list: Array.from({ length: n }, (_, i) => [i, { deep: i }]),
  mixed: Array.from({ length: n }, (_, i) => (i % 2 ? i : `m${i}`)),
  typed: Float32Array.from({ length: n }, (_, i) => i / 3),
  ints: Int32Array.from({ length: n }, (_, i) => -i),
};

function dump(table: aq.ColumnTable): unknown {
  return table
    .columnNames()
    .map((name) => [name, Array.from({ length: table.numRows() }, (_, i) => table.get(name, i))]);
}

test("an arquero table comes back with its values, types and column order", async () => {
  const table = aq.table(columns);
  const { it } = (await roundTrip({ it: table })) as { it: aq.ColumnTable };
  deepStrictEqual(dump(it), dump(table));
  expect(it.column("typed")).toBeInstanceOf(Float32Array);
  expect(it.column("ints")).toBeInstanceOf(Int32Array);
  expect(it.filter((d: { int: number }) => d.int > 3).numRows()).toBe(n - 4);
  expect(await hashValues({ it })).toEqual(await hashValues({ it: table }));
});

test("a table that came from Arrow keeps its values", async () => {
  const source = aq.table({
    a: Int32Array.from([1, 2, 3]),
    s: ["x", null, "z"],
    d: [new Date(0), new Date(1), null],
    f: [0.5, 1.5, 2.5],
  });
  const table = aq.fromArrow(aq.toArrowIPC(source) as Uint8Array);
  const { it } = (await roundTrip({ it: table })) as { it: aq.ColumnTable };
  deepStrictEqual(dump(it), dump(table));
  expect(await hashValues({ it })).toEqual(await hashValues({ it: table }));
});

test("a filtered and ordered table is stored as it is seen", async () => {
  const table = aq
    .table(columns)
    .filter((d: { int: number }) => d.int % 3 === 0)
    .orderby(aq.desc("int"))
    .select("int", "word");
  const { it } = (await roundTrip({ it: table })) as { it: aq.ColumnTable };
  expect(it.objects()).toEqual(table.objects());
  expect(it.totalRows()).toBe(20);
});

test("a grouped table is grouped again, by an expression too", async () => {
  const table = aq
    .table(columns)
    .filter((d: { int: number }) => d.int > 10)
    .groupby("word", { third: (d: { int: number }) => d.int % 3 });
  const { it } = (await roundTrip({ it: table })) as { it: aq.ColumnTable };
  expect(it.isGrouped()).toBe(true);
  const total = (grouped: aq.ColumnTable) =>
    grouped
      .rollup({ sum: (d: { int: number }) => aq.op.sum(d.int), rows: () => aq.op.count() })
      .orderby("word", "third")
      .objects();
  expect(total(it)).toEqual(total(table));
  expect(await hashValues({ it })).toEqual(await hashValues({ it: table }));
  expect(await hashValues({ it: it.ungroup() })).not.toEqual(await hashValues({ it }));
});

test("an empty table and one without rows come back", async () => {
  const { none, noRows } = (await roundTrip({ none: aq.table({}), noRows: aq.table({ a: [], b: [] }) })) as {
    none: aq.ColumnTable;
    noRows: aq.ColumnTable;
  };
  expect([none.numCols(), noRows.columnNames(), noRows.numRows()]).toEqual([0, ["a", "b"], 0]);
});

test("tables inside other values come back, and names that hold one table are separate objects", async () => {
  const table = aq.table({ a: [1, 2] });
  const store = temporaryStore();
  const stored = await saveBundle(store, { split: { train: table, test: aq.table({ inner: [table, table] }) }, table });
  expect(new Set(stored.map(({ object }) => object)).size).toBe(2);
  expect(stored.map(({ type, summary }) => [type, summary])).toEqual([
    ["json", "{train, test}"],
    ["table", "2 rows × 1 column"],
  ]);
  const { split } = (await loadBundle(store, stored)) as { split: { train: aq.ColumnTable; test: aq.ColumnTable } };
  expect(split.train.array("a")).toEqual([1, 2]);
  expect((split.test.get("inner", 1) as aq.ColumnTable).array("a")).toEqual([1, 2]);
});

test("tensors come back with type, shape and data", async () => {
  const values = {
    float: tf.tensor2d([
      [0.1, 2],
      [3, -0],
    ]),
    int: tf.tensor1d([1, -2, 3], "int32"),
    bool: tf.tensor1d([true, false], "bool"),
    text: tf.tensor1d(["a", "ü", ""]),
    scalar: tf.scalar(5),
    empty: tf.zeros([0, 3]),
    variable: tf.variable(tf.tensor1d([1, 2]), false),
  };
  const back = (await roundTrip(values)) as typeof values;
  for (const [name, tensor] of Object.entries(values)) {
    const other = back[name as keyof typeof values];
    expect([name, other.dtype, other.shape, await other.data()]).toEqual([
      name,
      tensor.dtype,
      tensor.shape,
      await tensor.data(),
    ]);
  }
  expect(back.variable).toBeInstanceOf(tf.Variable);
  expect(back.variable.trainable).toBe(false);
  expect(await hashValues(back)).toEqual(await hashValues(values));
});

test("a disposed tensor is refused", async () => {
  const tensor = tf.scalar(1);
  tensor.dispose();
  await expect(hashValues({ a: { x: tensor } })).rejects.toThrow("Cannot store a.x: a tensor that was disposed");
});

async function trainedModel(): Promise<tf.Sequential> {
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      units: 8,
      activation: "relu",
      inputShape: [4],
      kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }),
    }),
  );
  model.add(tf.layers.dropout({ rate: 0.1, seed: 3 }));
  model.add(
    tf.layers.dense({ units: 3, activation: "softmax", kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
  );
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const x = tf.tensor2d(Array.from({ length: 32 }, (_, i) => [i / 32, (i % 7) / 7, (i % 3) / 3, 1]));
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: 32 }, (_, i) => i % 3),
      "int32",
    ),
    3,
  );
  await model.fit(x, y, { epochs: 2, shuffle: false, verbose: 0 });
  return model;
}

test("a trained model comes back compiled, predicts bit for bit the same, and trains on", async () => {
  const model = await trainedModel();
  const store = temporaryStore();
  const stored = await saveBundle(store, { model });
  expect(stored).toMatchObject([{ name: "model", type: "model", summary: "LayersModel, 67 parameters" }]);
  const { model: back } = (await loadBundle(store, stored, { load: async () => tf })) as { model: tf.LayersModel };
  const x = tf.tensor2d(Array.from({ length: 50 }, (_, i) => [i / 50, 0.3, -i, 2]));
  expect(await (back.predict(x) as tf.Tensor).data()).toEqual(await (model.predict(x) as tf.Tensor).data());
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: 50 }, (_, i) => i % 3),
      "int32",
    ),
    3,
  );
  const scores = (m: tf.LayersModel) => (m.evaluate(x, y) as tf.Scalar[]).map((score) => score.dataSync()[0]);
  expect(scores(back)).toEqual(scores(model));
  expect(await hashValues({ back })).toEqual({ back: stored[0]?.hash });
  const fit = { epochs: 1, shuffle: false, verbose: 0 } as const;
  const [a, b] = [await model.fit(x, y, fit), await back.fit(x, y, fit)];
  expect(b.history["loss"]).toEqual(a.history["loss"]);
  expect(await hashValues({ back })).not.toEqual({ back: stored[0]?.hash });
});

test("a model that was not compiled, and one with a loss of its own, come back", async () => {
  const plain = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  const own = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  own.compile({ optimizer: "sgd", loss: (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b).square().mean() });
  const back = (await roundTrip({ plain, own }, { load: async () => tf })) as {
    plain: tf.LayersModel;
    own: tf.LayersModel;
  };
  const x = tf.tensor2d([[1, 2]]);
  expect((back.plain.predict(x) as tf.Tensor).dataSync()).toEqual((plain.predict(x) as tf.Tensor).dataSync());
  expect((back.own.predict(x) as tf.Tensor).dataSync()).toEqual((own.predict(x) as tf.Tensor).dataSync());
});

test("a model that two names hold is one model again, and so is one inside a bundle of helpers", async () => {
  const model = await trainedModel();
  const back = (await roundTrip({ model, scorer: { model, classes: ["a", "b", "c"] } }, { load: async () => tf })) as {
    model: tf.LayersModel;
    scorer: { model: tf.LayersModel };
  };
  expect(back.scorer.model).toBe(back.model);
});

test("the history of a fit comes back without the model that it holds", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const history = await model.fit(tf.tensor2d([[1], [2]]), tf.tensor2d([[2], [4]]), { epochs: 3, verbose: 0 });
  const store = temporaryStore();
  const stored = await saveBundle(store, { history, model });
  expect(new Set(stored.map(({ object }) => object)).size).toBe(2);
  const back = (await loadBundle(store, stored, { load: async () => tf })) as { history: tf.History };
  expect(back.history).toBeInstanceOf(tf.History);
  expect([back.history.history, back.history.epoch]).toEqual([history.history, [0, 1, 2]]);
});
