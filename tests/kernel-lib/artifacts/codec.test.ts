import { expect, test } from "vitest";
import { codec } from "../../../kernel-lib/src/artifacts/codec.js";
import { hashValues, loadBundle, saveBundle } from "../../../kernel-lib/src/artifacts/index.js";
import { openObject } from "../../../kernel-lib/src/artifacts/open-object.js";
import { roundTrip, temporaryStore } from "./support.js";

codec({
  name: "search",
  test: (value) => value instanceof URLSearchParams,
  encode: (search: URLSearchParams) => [...search],
  decode: (pairs) => new URLSearchParams(pairs),
});

class Polygon {
  readonly #points: readonly (readonly [number, number])[];
  constructor(points: readonly (readonly [number, number])[]) {
    this.#points = points;
  }
  get points(): readonly (readonly [number, number])[] {
    return this.#points;
  }
}
codec({
  name: "polygon",
  test: (value) => value instanceof Polygon,
  encode: async (polygon: Polygon) => ({ points: polygon.points, search: new URLSearchParams("a=1") }),
  decode: async ({ points }) => new Polygon(points),
});

const square = (): Polygon =>
  new Polygon([
    [0, 0],
    [0, 1],
    [1, 1],
  ]);

test("a value of a registered codec comes back through it, wherever it sits", async () => {
  const shared = square();
  const { all } = (await roundTrip({
    all: { list: [shared, shared], search: new URLSearchParams("q=x&q=y"), map: new Map([["it", shared]]) },
  })) as { all: { list: Polygon[]; search: URLSearchParams; map: Map<string, Polygon> } };
  expect(all.list[0]?.points).toEqual(square().points);
  expect(all.search.getAll("q")).toEqual(["x", "y"]);
  expect(all.list[0]).toBe(all.list[1]);
  expect(all.map.get("it")).toBe(all.list[0]);
});

test("equal values of a codec have equal hashes, and its name counts", async () => {
  const search = (text: string): URLSearchParams => new URLSearchParams(text);
  const { a, b, c, d } = await hashValues({ a: search("x=1"), b: search("x=1"), c: search("x=2"), d: [["x", "1"]] });
  expect(a).toBe(b);
  expect(new Set([a, c, d]).size).toBe(3);
  const [saved] = await saveBundle(temporaryStore(), { it: search("x=1") });
  expect([saved?.type, saved?.hash]).toEqual(["codec:search", a]);
});

test("what lacks its codec names it; a reader outside of the notebook sees the data", async () => {
  const store = temporaryStore();
  class Gone {
    readonly kept = 1;
  }
  codec({
    name: "gone",
    test: (value) => value instanceof Gone,
    encode: () => ({ kept: 1 }),
    decode: () => new Gone(),
  });
  const saved = await saveBundle(store, { it: new Gone() });
  const held = Reflect.get(globalThis, Symbol.for("tagline.codecs")) as Map<string, unknown>;
  held.delete("gone");
  await expect(loadBundle(store, saved)).rejects.toThrow(
    'Cannot load a value of the codec gone: no codec of that name is registered here. Call codec({ name: "gone", … }) in a cell tagged setup',
  );
  const values = await openObject(await store.get(saved[0]?.object ?? ""));
  expect(values?.get("it")).toEqual({ codec: "gone", data: { kept: 1 } });
});

test("a codec that fails is told with the place of its value; one that is no codec is refused", async () => {
  class Broken {
    readonly x = 1;
  }
  codec({
    name: "broken",
    test: (value) => value instanceof Broken,
    encode: () => {
      throw new Error("no way");
    },
    decode: () => new Broken(),
  });
  await expect(saveBundle(temporaryStore(), { it: { deep: [new Broken()] } })).rejects.toThrow(
    "Cannot store it.deep[0]: its codec broken failed (no way). Mend the codec's encode",
  );
  expect(() => codec({ name: "", test: () => true, encode: () => 1, decode: () => ({}) })).toThrow(TypeError);
});

test("symbols that every process has come back; others are refused", async () => {
  const many = Array.from({ length: 40 }, (_, i) => (i % 3 ? Symbol.for(`s${i % 4}`) : Symbol.iterator));
  expect(await roundTrip({ it: [Symbol.for("x"), { deep: Symbol.asyncIterator }], many })).toEqual({
    it: [Symbol.for("x"), { deep: Symbol.asyncIterator }],
    many,
  });
  const { a, b, c } = await hashValues({ a: Symbol.for("iterator"), b: Symbol.iterator, c: "iterator" });
  expect(new Set([a, b, c]).size).toBe(3);
  await expect(roundTrip({ it: [Symbol("own")] })).rejects.toThrow(
    "Cannot store it[0]: a symbol that no other process has. Use Symbol.for(…), or a string",
  );
});
