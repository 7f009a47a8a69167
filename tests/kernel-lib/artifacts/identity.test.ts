import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { CannotStoreError, hashValues, loadBundle, saveBundle } from "../../../kernel-lib/src/artifacts/index.js";
import { roundTrip, temporaryStore } from "./support.js";

test("names that share an object share it again, and one stored object", async () => {
  const store = temporaryStore();
  const rows = Array.from({ length: 100 }, (_, i) => ({ i, tags: [i] }));
  const train = rows.filter(({ i }) => i % 5 > 0);
  const byId = new Map(rows.map((row) => [row.i, row]));
  const stored = await saveBundle(store, { rows, train, byId, other: [1, 2], text: "x" });
  const objects = stored.map(({ object }) => object);
  expect(objects[1]).toBe(objects[0]);
  expect(objects[2]).toBe(objects[0]);
  expect(new Set(objects).size).toBe(3);
  const back = (await loadBundle(store, stored)) as { rows: typeof rows; train: typeof rows; byId: typeof byId };
  expect(back).toEqual({ rows, train, byId, other: [1, 2], text: "x" });
  expect(back.train[0]).toBe(back.rows[1]);
  expect(back.byId.get(99)).toBe(back.rows[99]);
  back.rows[1]?.tags.push(7);
  expect(back.train[0]?.tags).toEqual([1, 7]);
});

test("names that share only strings, tables or equal content are separate objects", async () => {
  const store = temporaryStore();
  const text = "long ".repeat(1000);
  const stored = await saveBundle(store, { a: { text }, b: { text, more: 1 }, c: { text } });
  expect(new Set(stored.map(({ object }) => object)).size).toBe(3);
  expect(stored[0]?.hash).toBe(stored[2]?.hash);
  expect(stored[0]?.hash).not.toBe(stored[1]?.hash);
});

test("loadBundle() loads one name of a shared object, and says which names there are", async () => {
  const store = temporaryStore();
  const shared = { n: 1 };
  const [a, b] = await saveBundle(store, { a: { shared }, b: [shared] });
  expect(await loadBundle(store, b ? [b] : [])).toEqual({ b: [{ n: 1 }] });
  await expect(loadBundle(store, [{ name: "c", object: a?.object ?? "" }])).rejects.toThrow(
    /^Cannot load c: artifact [0-9a-f]{12} holds only a, b$/,
  );
});

test("cycles come back, through objects, arrays, maps, sets and errors", async () => {
  const node: Record<string, unknown> = { name: "root" };
  node["self"] = node;
  node["list"] = [node, [node]];
  node["map"] = new Map<unknown, unknown>([
    [node, "key"],
    ["value", node],
  ]);
  node["set"] = new Set([node]);
  node["error"] = new Error("e", { cause: node });
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the one just built.
  const { it } = (await roundTrip({ it: node })) as { it: Record<string, any> };
  expect(it["self"]).toBe(it);
  expect(it["list"][1][0]).toBe(it);
  expect(it["map"].get(it)).toBe("key");
  expect(it["map"].get("value")).toBe(it);
  expect(it["set"].has(it)).toBe(true);
  expect(it["error"].cause).toBe(it);
  expect(await hashValues({ it })).toEqual(await hashValues({ it: node }));
});

test("a tree with links to parents comes back, and so does a long list of pairs", async () => {
  interface Tree {
    name: string;
    parent: Tree | null;
    children: Tree[];
  }
  const root: Tree = { name: "root", parent: null, children: [] };
  for (let i = 0; i < 50; i += 1) root.children.push({ name: `c${i}`, parent: root, children: [] });
  const { it } = (await roundTrip({ it: root })) as { it: Tree };
  expect(it.children[49]?.parent).toBe(it);
  expect(it.children.map(({ name }) => name)).toEqual(root.children.map(({ name }) => name));
});

test("one date, typed array or buffer in two places stays one", async () => {
  const date = new Date(5);
  const buffer = new ArrayBuffer(16);
  const values = { a: { date, whole: new Uint8Array(buffer) }, b: [date, new Float32Array(buffer, 4, 2), buffer] };
  const { a, b } = (await roundTrip(values)) as { a: typeof values.a; b: [Date, Float32Array, ArrayBuffer] };
  expect(a.date).toBe(b[0]);
  expect(a.whole.buffer).toBe(b[2]);
  b[1][0] = 1;
  expect([...a.whole.subarray(4, 8)]).toEqual([0, 0, 128, 63]);
});

class Row {
  species = "Adelie";
  private secretOnlyToTypeScript = 1;
  readonly mass: number;
  constructor(mass: number) {
    this.mass = mass;
  }
  get heavy(): boolean {
    return this.mass > 4000 && this.secretOnlyToTypeScript === 1;
  }
}
class Heavy extends Row {
  extra = [1];
}
class Bag extends Map<string, number> {
  total(): number {
    return [...this.values()].reduce((a, b) => a + b, 0);
  }
}
class NotFound extends Error {
  code = 404;
}
class Stack extends Array<number> {
  top(): number | undefined {
    return this.at(-1);
  }
}

test("instances of classes declared in cells come back as such", async () => {
  const classes = { Row, Heavy, Bag, NotFound, Stack };
  const values = {
    rows: Array.from({ length: 40 }, (_, i) => new Row(i * 200)),
    heavy: new Heavy(5000),
    bag: new Bag([
      ["a", 1],
      ["b", 2],
    ]),
    error: new NotFound("no"),
    stack: Stack.from([1, 2, 3]) as Stack,
  };
  const back = (await roundTrip(values, { classes })) as typeof values;
  expect(back.rows[30]).toBeInstanceOf(Row);
  expect(back.rows.map(({ heavy }) => heavy)).toEqual(values.rows.map(({ heavy }) => heavy));
  expect(back.heavy).toBeInstanceOf(Heavy);
  expect(back.heavy.extra).toEqual([1]);
  expect(back.bag.total()).toBe(3);
  expect(back.error).toBeInstanceOf(NotFound);
  expect([back.error.message, back.error.code]).toEqual(["no", 404]);
  expect(back.stack.top()).toBe(3);
  expect(await hashValues(back, { classes })).toEqual(await hashValues(values, { classes }));
});

test("an instance whose class was declared anew is taken by its name", async () => {
  const old = new Row(1);
  class Again {
    mass = 0;
  }
  Object.defineProperty(Again, "name", { value: "Row" });
  const { old: back } = await roundTrip({ old }, { classes: { Row: Again } });
  expect(back).toBeInstanceOf(Again);
});

test("loadBundle() says which class it misses", async () => {
  const store = temporaryStore();
  const stored = await saveBundle(store, { row: new Row(1) }, { classes: { Row } });
  await expect(loadBundle(store, stored)).rejects.toThrow(
    "Cannot load an instance of Row: no class of that name is here",
  );
});

class Secretive {
  #inner = 1;
  read(): number {
    return this.#inner;
  }
}
class Mentions {
  // A #comment is no field, nor is a color.
  color = "#fff";
}

const refused: [string, unknown, string, string][] = [
  ["a function", { transform: () => 1 }, "it.transform", "a function"],
  [
    "a function in rows",
    Array.from({ length: 50 }, (_, i) => (i === 33 ? { callback: () => 1 } : { callback: null })),
    "it[33].callback",
    "a function",
  ],
  ["a function in one of few rows", [{ a: 1 }, { a: { deep: [() => 1] } }], "it[1].a.deep[0]", "a function"],
  ["a function in a Map", new Map([["key", () => 1]]), "it.key", "a function"],
  ["a promise", { "odd key": Promise.resolve(1) }, 'it["odd key"]', "a promise"],
  ["a symbol", [Symbol("s")], "it[0]", "a symbol"],
  ["a WeakMap", new WeakMap(), "it", "a weak collection"],
  ["an iterator", [1].values(), "it", "an iterator"],
  [
    "a generator",
    (function* () {
      yield 1;
    })(),
    "it",
    "an iterator",
  ],
  ["a stream", { out: process.stdout }, "it.out", "a stream or socket"],
  ["a proxy", { p: new Proxy({}, {}) }, "it.p", "a Proxy"],
  [
    "a getter",
    {
      get now() {
        throw new Error("called");
      },
    },
    "it.now",
    "a getter",
  ],
  ["an unknown class", { row: new Row(1) }, "it.row", "an instance of Row, which no cell declares"],
  ["a namespace", { aq: createRequire(import.meta.url)("arquero") }, "it.aq", "an imported module"],
  ["a private field", { s: new Secretive() }, "it.s", "Secretive has private fields"],
];

for (const [name, value, path, reason] of refused) {
  test(`saveBundle() refuses ${name}, naming ${path}`, async () => {
    const error = await saveBundle(temporaryStore(), { it: value }, { classes: { Secretive } }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(CannotStoreError);
    expect((error as CannotStoreError).path).toBe(path);
    expect((error as Error).message).toMatch(`Cannot store ${path}: ${reason}`);
    await expect(hashValues({ it: value }, { classes: { Secretive } })).rejects.toBeInstanceOf(CannotStoreError);
  });
}

test("saveBundle() is not misled by # in comments and strings", async () => {
  const { it } = (await roundTrip({ it: new Mentions() }, { classes: { Mentions } })) as { it: Mentions };
  expect(it.color).toBe("#fff");
});

test("a chain too deep to walk is refused by name", async () => {
  let chain: object = {};
  for (let i = 0; i < 100_000; i += 1) chain = { next: chain };
  await expect(hashValues({ chain })).rejects.toThrow("Cannot store chain: nested too deeply");
});
