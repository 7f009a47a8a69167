import { expect, test } from "vitest";
import { hashValues } from "../../../kernel-lib/src/artifacts/index.js";
import { assertSameShape } from "./same-shape.js";
import { roundTrip } from "./support.js";

async function comesBack(value: unknown): Promise<void> {
  const { it } = await roundTrip({ it: value });
  assertSameShape(it, value);
  expect(await hashValues({ it })).toEqual(await hashValues({ it: value }));
}

const sparse: unknown[] = new Array(1_000_000);
sparse[5] = "five";
sparse[999_999] = { last: true };

const holes: unknown[] = Array.from({ length: 100 }, (_, i) => i);
delete holes[50];

const withColumns = Object.assign([{ a: 1 }, { a: 2 }], { columns: ["a"] });

const cases: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  "-0": -0,
  NaN: Number.NaN,
  Infinity: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  "a number": 0.1 + 0.2,
  "an empty string": "",
  "a string with a lone surrogate": "\ud800 and \u0000",
  "a long string": "ä".repeat(100_000),
  "a bigint": -(2n ** 80n),
  "an empty object": {},
  "an empty array": [],
  "nested data": { a: [1, [2, [3, { b: null, c: undefined }]]], d: { e: { f: "g" } } },
  "a key named __proto__": JSON.parse('{"__proto__": {"x": 1}, "constructor": 5}'),
  "odd keys": { "": 1, "a b": 2, "1": 3, é: 4 },
  "an object without prototype": Object.assign(Object.create(null), { a: 1, b: { c: 2 } }),
  "a date": new Date("2026-11-24T06:00:00.123Z"),
  "dates in rows": Array.from({ length: 50 }, (_, i) => ({ at: new Date(i * 1000), i })),
  "dates with gaps": Array.from({ length: 50 }, (_, i) => (i % 3 ? new Date(i) : null)),
  "a RegExp": /a+(?<name>b)/giu,
  "a URL": new URL("https://example.org/a?b=c#d"),
  "a Map": new Map<unknown, unknown>([
    ["a", 1],
    [{ key: true }, new Map([[1, 2]])],
    [Number.NaN, -0],
  ]),
  "a large Map": new Map(Array.from({ length: 1000 }, (_, i) => [`k${i}`, { n: i }])),
  "a Set": new Set<unknown>(["a", 1, { b: 2 }, undefined]),
  "boxed primitives": [new Number(5), new String("x"), new Boolean(false)],
  "an ArrayBuffer": new Uint8Array([1, 2, 3]).buffer,
  "typed arrays": [
    new Int8Array([-1]),
    new Uint8Array([255]),
    new Uint8ClampedArray([9]),
    new Int16Array([-300]),
    new Uint16Array([65_535]),
    new Int32Array([-70_000]),
    new Uint32Array([4e9]),
    new Float32Array([0.1, Number.NaN, -0]),
    new Float64Array([0.1]),
    new BigInt64Array([-5n]),
    new BigUint64Array([5n]),
  ],
  "a large typed array": Float64Array.from({ length: 10_000 }, (_, i) => i / 3),
  "a view into the middle": new Float32Array(new ArrayBuffer(64), 16, 4).fill(7),
  "a DataView": new DataView(new Uint8Array([0, 1, 2, 3, 4, 5]).buffer, 2, 3),
  "a small Buffer": Buffer.from("hello"),
  "a large Buffer": Buffer.alloc(20_000, 7),
  "a sparse array": sparse,
  "an array with a hole": holes,
  "a short array with a hole": Object.assign(new Array(3), { 0: 1, 2: 3 }),
  "an array that starts and ends with holes": Object.assign(new Array(5), { 2: 1, 3: 2 }),
  "an array with a property": withColumns,
  "a RegExp match": "a-b".match(/(?<left>\w)-(\w)/),
  rows: Array.from({ length: 100 }, (_, i) => ({
    id: i,
    name: `n${i}`,
    ok: i % 2 === 0,
    gap: i % 5 ? i : null,
    maybe: i % 7 ? "x" : undefined,
    x: i === 3 ? -0 : i / 7,
  })),
  "rows of mixed types": Array.from({ length: 100 }, (_, i) => ({ v: i % 3 === 0 ? i : i % 3 === 1 ? `s${i}` : [i] })),
  "rows in two shapes": Array.from({ length: 100 }, (_, i) => (i % 2 ? { a: i } : { a: i, b: "b" })),
  "rows with their keys in another order": Array.from({ length: 100 }, (_, i) =>
    i % 2 ? { a: i, b: 1 } : { b: 1, a: i },
  ),
  "rows with nested rows": Array.from({ length: 60 }, (_, i) => ({
    i,
    of: Array.from({ length: i % 4 }, (_, j) => ({ j, tags: ["t", j] })),
  })),
  "a matrix": Array.from({ length: 200 }, (_, i) => Array.from({ length: 20 }, (_, j) => (i * j) / 3)),
  "wide rows of numbers": Array.from({ length: 10 }, (_, i) => Array.from({ length: 784 }, (_, j) => i + j)),
  pairs: Object.entries({ a: 1, b: 2, c: 3 }),
  "many booleans": Array.from({ length: 100 }, (_, i) => i % 3 === 0),
  "many bigints": Array.from({ length: 100 }, (_, i) => BigInt(i) ** 20n),
  "many repeated words": Array.from({ length: 5000 }, (_, i) => `w${i % 300}`),
  "many different strings": Array.from({ length: 5000 }, (_, i) => `w${i}`),
  "many nulls": Array.from({ length: 100 }, () => null),
  "frozen, sealed and closed": [
    Object.freeze({ a: Object.freeze([1, 2]) }),
    Object.seal({ b: 1 }),
    Object.preventExtensions({ c: 1 }),
  ],
};

for (const [name, value] of Object.entries(cases)) {
  test(`saveBundle() and loadBundle() give back ${name}`, () => comesBack(value));
}

test("loadBundle() keeps the order of keys", async () => {
  const { it } = await roundTrip({
    it: [
      { z: 1, a: 2, m: 3 },
      { a: 1, z: 2 },
    ],
  });
  expect(JSON.stringify(it)).toBe('[{"z":1,"a":2,"m":3},{"a":1,"z":2}]');
});

test("loadBundle() restores what is frozen", async () => {
  const { it } = (await roundTrip({ it: Object.freeze({ list: Object.freeze([1]), open: [1] }) })) as {
    it: { list: number[]; open: number[] };
  };
  expect(Object.isFrozen(it)).toBe(true);
  expect(Object.isFrozen(it.list)).toBe(true);
  expect(Object.isFrozen(it.open)).toBe(false);
});

test("loadBundle() restores errors with type, message, stack, cause and own fields", async () => {
  const error = Object.assign(new TypeError("bad value", { cause: new RangeError("deep") }), {
    code: "E_BAD",
    details: { at: [1] },
  });
  const { it } = (await roundTrip({ it: error })) as { it: typeof error };
  expect(it).toBeInstanceOf(TypeError);
  expect(it.cause).toBeInstanceOf(RangeError);
  expect({ message: it.message, stack: it.stack, code: it.code, details: it.details }).toEqual({
    message: "bad value",
    stack: error.stack,
    code: "E_BAD",
    details: { at: [1] },
  });
  expect(Object.keys(it)).toEqual(["code", "details"]);
});

test("loadBundle() gives typed arrays that can be written and are aligned", async () => {
  const { a, b } = (await roundTrip({ a: new Uint8Array([1, 2, 3]), b: { x: "odd", y: new Float64Array([1.5]) } })) as {
    a: Uint8Array;
    b: { y: Float64Array };
  };
  a[0] = 9;
  b.y[0] = 2.5;
  expect([...a, ...b.y]).toEqual([9, 2, 3, 2.5]);
});

test("saveBundle() stores only the viewed part of a large buffer", async () => {
  const whole = new Float64Array(100_000);
  const { part } = (await roundTrip({ part: whole.subarray(10, 20) })) as { part: Float64Array };
  expect(part.buffer.byteLength).toBe(80);
});
