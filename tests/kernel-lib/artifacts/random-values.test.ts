import { expect, test } from "vitest";
import { hashValues } from "../../../kernel-lib/src/artifacts/index.js";
import { assertSameShape } from "./same-shape.js";
import { roundTrip } from "./support.js";

/** mulberry32: a small generator with a seed, so that a failure can be had again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Any value that can be stored, sharing and cycles included. */
function randomValue(random: () => number): unknown {
  const pool: object[] = [];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const keys = ["a", "b", "c", "1", "", "__proto__", "a b"];
  const primitive = (): unknown =>
    pick([
      undefined,
      null,
      true,
      false,
      0,
      -0,
      1.5,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      1e300,
      "",
      "x",
      "é\ud800",
      `s${Math.floor(random() * 50)}`,
      7n,
      -(2n ** 70n),
    ]);
  const keep = <T extends object>(object: T): T => {
    pool.push(object);
    return object;
  };
  const set = (object: object, key: string, value: unknown): void =>
    void Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  const make = (depth: number): unknown => {
    if (depth <= 0 || random() < 0.25) return primitive();
    if (pool.length > 0 && random() < 0.15) return pick(pool);
    const size = Math.floor(random() * (random() < 0.2 ? 60 : 6));
    switch (Math.floor(random() * 12)) {
      case 0: {
        const array = keep([] as unknown[]);
        for (let i = 0; i < size; i += 1)
          if (random() < 0.1) array.length += 1;
          else array.push(make(depth - 1));
        return array;
      }
      case 1: {
        const row = (): object => {
          const object = keep({});
          for (const key of ["x", "y", "z"]) set(object, key, random() < 0.8 ? primitive() : make(depth - 2));
          return object;
        };
        return keep(Array.from({ length: size }, row));
      }
      case 2: {
        const map = keep(new Map<unknown, unknown>());
        for (let i = 0; i < size; i += 1) map.set(make(depth - 2), make(depth - 1));
        return map;
      }
      case 3: {
        const made = keep(new Set<unknown>());
        for (let i = 0; i < size; i += 1) made.add(make(depth - 2));
        return made;
      }
      case 4:
        return keep(new Date(random() < 0.1 ? Number.NaN : Math.floor(random() * 1e12)));
      case 5:
        return keep(Float64Array.from({ length: size }, random));
      case 6:
        return keep(Buffer.from(`bytes ${size}`));
      case 7:
        return keep(Array.from({ length: size }, () => Math.floor(random() * 9)));
      case 8: {
        const buffer = keep(new ArrayBuffer(24));
        return [new Uint8Array(buffer, 4, 4), new Float64Array(buffer, 8)];
      }
      default: {
        const object = keep(random() < 0.1 ? Object.create(null) : {}) as object;
        for (let i = 0; i < Math.min(size, keys.length); i += 1) set(object, pick(keys), make(depth - 1));
        return object;
      }
    }
  };
  return make(6);
}

test("loadBundle() gives back what saveBundle() took, for 150 random bundles", { timeout: 60_000 }, async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = generator(seed);
    const values = { a: randomValue(random), b: randomValue(random) };
    // One part of `a` in `b` too.
    const bundle = { ...values, both: [values.a] };
    const back = await roundTrip(bundle);
    try {
      assertSameShape(back, bundle);
      expect(await hashValues(back)).toEqual(await hashValues(bundle));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});
