import { expect, test } from "vitest";
import { bindings, traceOf } from "./support.js";

interface Case {
  readonly what: string;
  readonly value: () => unknown;
  /** Gets the value; what it does should be seen. */
  readonly change: (value: never) => void;
}

const changes: readonly Case[] = [
  { what: "a property set", value: () => ({ a: 1 }), change: (v: { a: number }) => (v.a = 2) },
  { what: "a property added", value: () => ({}), change: (v: { a?: number }) => (v.a = 2) },
  { what: "a property deleted", value: () => ({ a: 1 }), change: (v: { a?: number }) => delete v.a },
  { what: "push", value: () => [1, 2], change: (v: number[]) => v.push(3) },
  { what: "sort", value: () => [2, 1], change: (v: number[]) => v.sort() },
  {
    what: "two equal-looking rows swapped in content",
    value: () => [{ n: 1 }, { n: 2 }],
    change: (v: { n: number }[]) => v.reverse(),
  },
  {
    what: "a nested row",
    value: () => ({ rows: [{ n: 1 }] }),
    change: (v: { rows: { n: number }[] }) => ((v.rows[0] as { n: number }).n = 5),
  },
  { what: "a typed array", value: () => new Float64Array(1000), change: (v: Float64Array) => (v[999] = 1) },
  { what: "a map", value: () => new Map([["a", 1]]), change: (v: Map<string, number>) => v.set("a", 2) },
  {
    what: "a map in a map",
    value: () => new Map([["a", new Map()]]),
    change: (v: Map<string, Map<string, number>>) => v.get("a")?.set("b", 2),
  },
  { what: "a set", value: () => new Set([1]), change: (v: Set<number>) => v.add(2) },
  { what: "a date", value: () => new Date(0), change: (v: Date) => v.setTime(5) },
  {
    what: "a symbol's property",
    value: () => ({ [Symbol.for("k")]: 1 }),
    change: (v: Record<symbol, number>) => (v[Symbol.for("k")] = 2),
  },
  { what: "minus zero", value: () => [0], change: (v: number[]) => (v[0] = -0) },
  { what: "a prototype", value: () => ({}), change: (v: object) => Object.setPrototypeOf(v, { a: 1 }) },
  {
    what: "a property of a function",
    value: () => Object.assign(() => 1, { count: 0 }),
    change: (v: { count: number }) => (v.count += 1),
  },
  {
    what: "a cycle",
    value: () => {
      const v: { self?: unknown; n: number } = { n: 1 };
      v.self = v;
      return v;
    },
    change: (v: { n: number }) => (v.n = 2),
  },
  {
    what: "an alias made inside",
    value: () => ({ a: { n: 1 }, b: { n: 1 } }),
    change: (v: { a: object; b: object }) => (v.b = v.a),
  },
  {
    what: "the last of a million numbers",
    value: () => Array.from({ length: 1_000_000 }, (_, i) => i),
    change: (v: number[]) => (v[999_999] = 0),
  },
  {
    what: "the first of 300,000 rows",
    value: () => Array.from({ length: 300_000 }, (_, n) => ({ n })),
    change: (v: { n: number }[]) => ((v[0] as { n: number }).n = 7),
  },
  {
    what: "an element of a large array popped",
    value: () => Array.from({ length: 1_000_000 }, (_, i) => i),
    change: (v: number[]) => v.pop(),
  },
];

test.each(changes)("a change in place is seen: $what", async ({ value, change }) => {
  const x = bindings().ref("x");
  await traceOf(() => (x.v = value()));
  // Each case's change goes with its own value.
  const trace = await traceOf(() => change(x.v as never));
  expect([trace.mutates, trace.writes]).toEqual([["x"], []]);
});

const sameAgain: readonly Case[] = [
  {
    what: "an equal value set",
    value: () => ({ a: "text" }),
    change: (v: { a: string }) => (v.a = ["te", "xt"].join("")),
  },
  {
    what: "an equal object put in place of another",
    value: () => ({ a: { b: 1 } }),
    change: (v: { a: object }) => (v.a = { b: 1 }),
  },
  { what: "NaN for NaN", value: () => [Number.NaN], change: (v: number[]) => (v[0] = Number.NaN) },
  {
    what: "pushed and popped",
    value: () => [1],
    change: (v: number[]) => {
      v.push(2);
      v.pop();
    },
  },
  {
    what: "a typed array copied over itself",
    value: () => new Uint8Array([1, 2]),
    change: (v: Uint8Array) => v.set([1, 2]),
  },
];

test.each(sameAgain)("nothing changed: $what", async ({ value, change }) => {
  const x = bindings().ref("x");
  await traceOf(() => (x.v = value()));
  expect((await traceOf(() => change(x.v as never))).mutates).toEqual([]);
});

test("other names that reach the changed object are listed too", async () => {
  const $tl = bindings();
  await traceOf(() => {
    const row = { n: 1 };
    $tl.ref("row").v = row;
    $tl.ref("rows").v = [row];
    $tl.ref("index").v = new Map([["a", row]]);
    $tl.ref("other").v = { n: 1 };
  });
  const trace = await traceOf(() => {
    ($tl.ref("row").v as { n: number }).n = 2;
  });
  expect([trace.reads, trace.mutates]).toEqual([["row"], ["index", "row", "rows"]]);
});

test("getters and proxies are never touched", async () => {
  const x = bindings().ref("x");
  let calls = 0;
  await traceOf(() => {
    x.v = {
      get price() {
        calls += 1;
        return 1;
      },
      inner: new Proxy(
        {},
        {
          ownKeys: () => {
            calls += 1;
            return [];
          },
          get: () => {
            calls += 1;
            return 1;
          },
          getPrototypeOf: () => {
            calls += 1;
            return null;
          },
        },
      ),
    };
  });
  const trace = await traceOf(() => x.v);
  expect([calls, trace.mutates]).toEqual([0, []]);
});

test("tracking does not break a cell that reads a revoked proxy or a deep structure", async () => {
  const $tl = bindings();
  await traceOf(() => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    $tl.ref("revoked").v = { proxy };
    let deep: { next?: unknown } = {};
    for (let i = 0; i < 100_000; i += 1) deep = { next: deep };
    $tl.ref("deep").v = deep;
  });
  const trace = await traceOf(() => [$tl.ref("revoked").v, $tl.ref("deep").v]);
  expect(trace.reads).toEqual(["deep", "revoked"]);
});
