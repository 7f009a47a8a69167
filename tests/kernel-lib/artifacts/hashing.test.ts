import { expect, test } from "vitest";
import { hashValues } from "../../../kernel-lib/src/artifacts/index.js";

async function hash(value: unknown): Promise<string> {
  return (await hashValues({ value }))["value"] ?? "";
}

const many = <T>(make: (i: number) => T): T[] => Array.from({ length: 200 }, (_, i) => make(i));
const shared = { a: 1, text: "x".repeat(2000) };

const equal: [string, unknown, unknown][] = [
  ["the order of keys", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ["the order of keys in rows", many((i) => ({ a: i, b: `${i}` })), many((i) => ({ b: `${i}`, a: i }))],
  [
    "the order of keys in some rows",
    many((i) => ({ a: i, b: 1 })),
    many((i) => (i % 2 ? { b: 1, a: i } : { a: i, b: 1 })),
  ],
  ["whether equal parts are one object", [shared, shared], [{ ...shared }, { ...shared }]],
  ["whether small equal parts are one object", [[shared.a], [shared.a]], Array(2).fill([1])],
  ["where in memory a view lies", new Float32Array(new ArrayBuffer(32), 16, 2), new Float32Array(2)],
  ["which bits a NaN has", Number.NaN, new Float64Array(new Uint32Array([1, 0x7ff80000]).buffer)[0]],
  ["how a string was put together", "ab".repeat(1000), ["a", "b"].join("").repeat(1000)],
  ["being frozen", Object.freeze({ a: 1 }), { a: 1 }],
];
for (const [name, a, b] of equal) {
  test(`hashValues() does not depend on ${name}`, async () => {
    expect(await hash(a)).toBe(await hash(b));
  });
}

const different: unknown[] = [
  undefined,
  null,
  0,
  -0,
  1,
  Number.NaN,
  "",
  "0",
  "1",
  1n,
  true,
  false,
  [],
  {},
  [undefined],
  [null],
  new Array(1),
  [[]],
  [{}],
  { a: undefined },
  {},
  { a: 1 },
  { a: 2 },
  { b: 1 },
  { a: [1] },
  { a: { 0: 1 } },
  [1, 2],
  [2, 1],
  [[1], 2],
  [[1, 2]],
  [1, [2]],
  new Set([1, 2]),
  new Set([2, 1]),
  new Map([[1, 2]]),
  new Map([[2, 1]]),
  new Date(0),
  new Date(Number.NaN),
  /a/,
  /a/g,
  new Uint8Array([1, 2]),
  new Int8Array([1, 2]),
  new Uint8ClampedArray([1, 2]),
  Buffer.from([1, 2]),
  new Uint8Array([1, 2]).buffer,
  new Error("a"),
  new TypeError("a"),
  new Error("b"),
  Object.create(null),
  "\ud800",
  "\udfff",
  "\ufffd",
  many((i) => i),
  many((i) => i + 1),
  many((i) => ({ i })),
  many((i) => ({ j: i })),
  many((i) => [i]),
  many((i) => `${i}`),
  many((i) => (i ? i : -0)),
  Object.assign([1, 2], { extra: 1 }),
  new URL("https://a.example"),
  new Number(1),
  new String("1"),
  ["a", "bc"],
  ["ab", "c"],
  { ab: "c" },
  { a: "bc" },
  Object.assign([], { length: 3 }),
  "x".repeat(5000),
  "x".repeat(5001),
].filter((value, index, all) => all.findIndex((other) => Object.is(other, value)) === index);

test("hashValues() tells different values apart", async () => {
  const seen = new Map<string, number>();
  for (const [index, value] of different.entries()) {
    const digest = await hash(value);
    // `{}` stands twice on purpose: its two hashes must be the only pair.
    const other = seen.get(digest);
    if (other !== undefined) expect([different[other], value]).toEqual([{}, {}]);
    seen.set(digest, index);
  }
  expect(seen.size).toBe(different.length - 1);
});

test("hashValues() is quick on parts that are reached by many ways", async () => {
  let value: unknown = { leaf: "x".repeat(50) };
  for (let level = 0; level < 60; level += 1) value = [value, value];
  expect(await hash(value)).toMatch(/^[0-9a-f]{64}$/);
});

test("hashValues() is quick on a tangle of cycles", async () => {
  const nodes = many((i) => ({ i, edges: [] as unknown[] }));
  for (const [i, node] of nodes.entries())
    for (let k = 1; k < 10; k += 1) node.edges.push(nodes[(i * k + 7) % nodes.length]);
  const again = many((i) => ({ edges: [] as unknown[], i }));
  for (const [i, node] of again.entries())
    for (let k = 1; k < 10; k += 1) node.edges.push(again[(i * k + 7) % again.length]);
  expect(await hash(nodes)).toBe(await hash(again));
  Object.assign(again[150] ?? {}, { i: -1 });
  expect(await hash(nodes)).not.toBe(await hash(again));
});

test("hashValues() sees one change in a large value", async () => {
  const rows = many((i) => ({ i, name: `n${i}`, at: new Date(i), nested: { deep: [i] } }));
  const before = await hash(rows);
  rows[123]?.nested.deep.push(0);
  const after = await hash(rows);
  rows[123]?.nested.deep.pop();
  expect(after).not.toBe(before);
  expect(await hash(rows)).toBe(before);
});

test("the hash of a known value stays what it is: stored results depend on it", async () => {
  const value = {
    rows: [
      { a: 1, b: "x" },
      { a: 2, b: "y" },
    ],
    map: new Map([["k", [1, 2, 3]]]),
    none: null,
    big: 10n,
  };
  expect(await hash(value)).toMatchInlineSnapshot(`"4ccfc4d7047759239e39da0c5ab285fb7267a3c176dbb33bf902a11fd5d82835"`);
});
