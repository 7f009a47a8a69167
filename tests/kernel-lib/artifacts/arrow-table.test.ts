import { deepStrictEqual } from "node:assert";
import * as aq from "arquero";
import { expect, test } from "vitest";
import { hashValues, loadBundle, saveBundle } from "../../../kernel-lib/src/artifacts/index.js";
import { temporaryStore } from "./support.js";

const n = 60;
const columns = {
  float: Array.from({ length: n }, (_, i) => (i % 9 ? i / 7 : -0)),
  text: Array.from({ length: n }, (_, i) => (i % 7 ? `t${i}é😀` : "")),
  word: Array.from({ length: n }, (_, i) => (i % 2 ? "Adelie" : "Gentoo")),
  "a gap": Array.from({ length: n }, (_, i) => (i % 5 ? i : null)),
  undef: Array.from({ length: n }, (_, i) => (i % 5 ? "x" : undefined)),
  nan: Array.from({ length: n }, (_, i) => (i % 5 ? i : Number.NaN)),
  infinite: Array.from({ length: n }, (_, i) => (i % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)),
  date: Array.from({ length: n }, (_, i) => (i % 4 ? new Date((i - 9) * 1e9) : null)),
  bool: Array.from({ length: n }, (_, i) => (i % 3 ? i % 2 === 0 : null)),
  big: Array.from({ length: n }, (_, i) => (1n << 62n) - BigInt(i)),
  nothing: Array.from({ length: n }, () => null),
  f32: Float32Array.from({ length: n }, (_, i) => i / 3),
  f64: Float64Array.from({ length: n }, (_, i) => i / 3),
  i8: Int8Array.from({ length: n }, (_, i) => -i),
  u16: Uint16Array.from({ length: n }, (_, i) => i),
  i32: Int32Array.from({ length: n }, (_, i) => -i),
  i64: BigInt64Array.from({ length: n }, (_, i) => BigInt(-i)),
  u64: BigUint64Array.from({ length: n }, (_, i) => 2n ** 64n - 1n - BigInt(i)),
};

const cells = (table: aq.ColumnTable): unknown =>
  table.columnNames().map((name) => [name, table.column(name)?.constructor.name, Array.from(table.array(name))]);

/** Saves, and gives the stored bytes and the table that comes back. */
async function stored(table: aq.ColumnTable): Promise<{ bytes: Buffer; back: aq.ColumnTable }> {
  const store = temporaryStore();
  const [saved] = await saveBundle(store, { table });
  if (saved === undefined) throw new Error("nothing was saved");
  // Of the kind that went in.
  const back = (await loadBundle(store, [saved]))["table"] as aq.ColumnTable;
  expect(await hashValues({ table: back })).toEqual({ table: saved.hash });
  return { bytes: await store.get(saved.object), back };
}

test("a table is stored as an Arrow file, and comes back with its very columns", async () => {
  const table = aq.table(columns);
  const { bytes, back } = await stored(table);
  expect(bytes.subarray(0, 6).toString()).toBe("ARROW1");
  deepStrictEqual(cells(back), cells(table));
  const seen = aq.fromArrow(Uint8Array.from(bytes));
  expect(seen.numRows()).toBe(n);
  expect(seen.columnNames()).toEqual(Object.keys(columns));
});

test("equal tables have equal bytes, whatever they were made from and are called", async () => {
  const store = temporaryStore();
  const wide = aq.table({ ...columns, more: columns.float }).filter((d: { i32: number }) => d.i32 <= 0);
  const saved = await saveBundle(store, { one: aq.table(columns), two: wide.select(aq.not("more")) });
  expect(new Set(saved.map(({ object }) => object)).size).toBe(1);
  expect(new Set(saved.map(({ hash }) => hash)).size).toBe(1);
  expect(Object.keys(await loadBundle(store, saved))).toEqual(["one", "two"]);
});

test("a table without rows keeps its columns", async () => {
  const table = aq.table({ a: [], b: new Float32Array(0), c: new BigInt64Array(0) });
  const { bytes, back } = await stored(table);
  expect(bytes.subarray(0, 6).toString()).toBe("ARROW1");
  deepStrictEqual(cells(back), cells(table));
});

test("what Arrow cannot hold exactly comes back exactly all the same", async () => {
  const day = new Date(0);
  for (const column of [
    [1, "two", 3],
    [[1], [2, 3], null],
    [null, undefined, 1],
    [new Date(Number.NaN)],
    [day, day],
    ["\ud800"],
    [2n ** 64n],
    [Object.freeze(new Date(1))],
    Uint8ClampedArray.from([1, 300]),
  ]) {
    const table = aq.table({ column, other: Array.from({ length: column.length }, (_, index) => index) });
    const { bytes, back } = await stored(table);
    expect(bytes.subarray(0, 8).toString()).toBe("TAGLINE1");
    // Invalid dates are equal to none, in Node's eyes.
    expect(cells(back)).toEqual(cells(table));
  }
});

test("a grouped table is an Arrow file as well, and is grouped again", async () => {
  const grouped = aq
    .table({ ...columns, day: columns.i32.map((i) => i % 2) })
    .filter((d: { i32: number }) => d.i32 < -3)
    .groupby("word", "date");
  const { bytes, back } = await stored(grouped);
  expect(bytes.subarray(0, 6).toString()).toBe("ARROW1");
  const sums = (table: aq.ColumnTable): unknown =>
    table.rollup({ sum: (d: { f64: number }) => aq.op.sum(d.f64) }).objects();
  expect(sums(back)).toEqual(sums(grouped));
  expect(back.groups()?.names).toEqual(["word", "date"]);
  const byExpression = await stored(aq.table(columns).groupby({ sign: (d: { i8: number }) => d.i8 < -5 }));
  expect(byExpression.bytes.subarray(0, 8).toString()).toBe("TAGLINE1");
  expect(byExpression.back.isGrouped()).toBe(true);
});

test("columns that came back do not share their memory", async () => {
  const { back } = await stored(aq.table({ a: Float64Array.of(1, 2), b: Float64Array.of(3, 4) }));
  const [a, b] = [back.column("a"), back.column("b")] as unknown as [Float64Array, Float64Array];
  a[0] = 9;
  expect([...b]).toEqual([3, 4]);
  expect(a.buffer).not.toBe(b.buffer);
});

test("60 random tables come back as they were, and equal ones have equal bytes", async () => {
  let state = 7;
  // A linear congruential generator: the same tables every time.
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const kinds: readonly ((length: number) => ArrayLike<unknown>)[] = [
    (length) => Float64Array.from({ length }, () => next() - 0.5),
    (length) => Uint8Array.from({ length }, () => next() * 256),
    (length) => Array.from({ length }, () => (next() < 0.1 ? Number.NaN : next() < 0.2 ? -0 : next() * 1e9)),
    (length) => Array.from({ length }, () => `w${Math.floor(next() * 5)}`),
    (length) => Array.from({ length }, () => `${next()}é`),
    (length) => Array.from({ length }, () => next() < 0.5),
    (length) => Array.from({ length }, () => new Date(Math.floor((next() - 0.5) * 4e12))),
    (length) => Array.from({ length }, () => BigInt(Math.floor(next() * 1e15)) - 500_000_000_000n),
    (length) => Array.from({ length }, () => (next() < 0.5 ? 1 : "one")),
    (length) => Array.from({ length }, () => ({ deep: [next()] })),
  ];
  for (let round = 0; round < 60; round += 1) {
    const length = Math.floor(next() * 80);
    const columns: Record<string, ArrayLike<unknown>> = {};
    for (let index = 0; index <= next() * 6; index += 1) {
      const values = kinds[Math.floor(next() * kinds.length)]?.(length) ?? [];
      const gap = next() < 0.3 ? null : next() < 0.4 ? undefined : 0;
      if (Array.isArray(values) && gap !== 0)
        for (let row = 0; row < length; row += 1) if (next() < 0.2) values[row] = gap;
      columns[`c ${index}`] = values;
    }
    const table = aq.table(columns as Record<string, unknown[]>);
    const { bytes, back } = await stored(table);
    expect(cells(back)).toEqual(cells(table));
    const again = await stored(aq.table({ ...(columns as Record<string, unknown[]>) }));
    expect(again.bytes.equals(bytes)).toBe(true);
  }
});
