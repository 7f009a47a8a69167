import { inspect } from "node:util";
import { expect, test } from "vitest";
import { toMimeBundle } from "../../../kernel-lib/src/display/index.js";
import { toJson } from "../../../kernel-lib/src/display/to-json.js";

function fail(): never {
  throw new Error("called");
}

function text(value: unknown): string {
  return String(toMimeBundle(value).data["text/plain"]);
}

test("no getter is called and no trap of a proxy", () => {
  const getters = {
    get a(): number {
      return fail();
    },
    get mark(): string {
      return fail();
    },
    get data(): object {
      return fail();
    },
    get layer(): object {
      return fail();
    },
  };
  expect(text(getters)).toBe("{ a: [Getter], mark: [Getter], data: [Getter], layer: [Getter] }");
  const trap = new Proxy(
    { a: 1 },
    { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail },
  );
  expect(text(trap)).toBe("{ a: 1 }");
  expect(text(new Proxy(() => 1, { apply: fail, get: fail }))).toBe("[Function (anonymous)]");
});

test("what throws when looked at is still shown", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(text(proxy)).toBe(inspect(proxy));
  expect(text({ [inspect.custom]: fail, a: 1 })).toBe(
    "{ a: 1, [Symbol(nodejs.util.inspect.custom)]: [Function: fail] }",
  );
  expect(
    text({
      get [inspect.custom]() {
        return fail();
      },
    }),
  ).toBe("{ [Symbol(nodejs.util.inspect.custom)]: [Getter] }");
  expect(
    text({
      get [Symbol.for("Jupyter.display")]() {
        return fail();
      },
    }),
  ).toBe("{ [Symbol(Jupyter.display)]: [Getter] }\n[its Jupyter.display failed: called]");
  expect(
    text({
      get [Symbol.toStringTag]() {
        return fail();
      },
    }),
  ).toBe("[value that cannot be shown: called]");
  const error = new Error("x");
  Object.defineProperty(error, "stack", { get: fail });
  Object.defineProperty(error, "message", { get: fail });
  expect(text(error)).toBe("[value that cannot be shown: called]");
  const thrown = {
    [inspect.custom]: () => {
      throw proxy;
    },
    get [Symbol.toStringTag]() {
      return fail();
    },
  };
  expect(text(thrown)).toBe("[value that cannot be shown: its own code threw]");
});

test("what only seems to be a table, a tensor, a model or a canvas is text", () => {
  const seeming: object[] = [
    { numRows: fail, numCols: fail, columnNames: fail, columnAt: fail, objects: fail },
    { dataId: {}, shape: [1], dtype: "float32", toString: fail },
    { fit: fail, fitDataset: fail, predict: fail, getWeights: fail, countParams: fail },
    { getContext: fail, toDataURL: fail },
    { toSpec: fail },
    {
      nodeType: 1,
      get outerHTML(): string {
        return fail();
      },
    },
  ];
  for (const value of seeming)
    expect(toMimeBundle(value)).toEqual({ data: { "text/plain": inspect(value) }, metadata: {} });
});

test("circles and depth are shown as Node does", () => {
  const circle: Record<string, unknown> = { a: 1 };
  circle["self"] = circle;
  expect(text(circle)).toBe("<ref *1> { a: 1, self: [Circular *1] }");
  let deep: object = {};
  for (let i = 0; i < 10_000; i += 1) deep = { deep };
  expect(text(deep)).toBe("{ deep: { deep: { deep: [Object] } } }");
});

test("huge values are bounded", () => {
  expect(text("x".repeat(5e6)).length).toBeLessThan(20_000);
  expect(text(Array(5e6).fill(0)).length).toBeLessThan(5_000);
  expect(text(new Set(Array.from({ length: 2e5 }, (_, n) => n))).length).toBeLessThan(5_000);
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, n]));
  expect(text(wide).split("\n").slice(-3)).toEqual(["  k999: 999,", "  '… 199,000 more properties': Symbol(…)", "}"]);
  const nested = Array.from({ length: 100 }, () => Array(100).fill("y".repeat(9_000)));
  expect(text(nested)).toHaveLength(100_000 + text(nested).slice(100_000).length);
  expect(text(nested).slice(100_000)).toMatch(/^\n… [\d,]+ more letters$/);
});

test("toJson() has a form for whatever JSON has none for, and ends", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const value = {
    circle,
    big: 2n ** 64n,
    small: 3n,
    map: new Map<unknown, unknown>([
      ["a", 1],
      [2, new Set([1])],
    ]),
    date: new Date(0),
    bad: new Date(Number.NaN),
    bytes: new Uint8Array([1]),
    list: [undefined, fail, Symbol("s"), Number.NaN],
    boxed: Object(1),
    proxy: new Proxy({}, { get: fail }),
    gone: undefined,
    get getter(): number {
      return fail();
    },
    toJSON: undefined,
    own: { toJSON: () => ({ b: 1 }) },
    broken: { toJSON: fail, c: 1 },
    ["__proto__"]: { d: 1 },
  };
  expect(JSON.parse(JSON.stringify(toJson(value)))).toEqual({
    circle: { self: "[Circular]" },
    big: "18446744073709551616",
    small: 3,
    map: { a: 1, 2: [1] },
    date: "1970-01-01T00:00:00.000Z",
    bad: null,
    bytes: [1],
    list: [null, null, null, null],
    boxed: 1,
    proxy: "[Proxy]",
    getter: "[Getter]",
    own: { b: 1 },
    broken: { c: 1 },
    ["__proto__"]: { d: 1 },
  });
  expect(JSON.stringify(toJson(Array(1e6).fill(0))).length).toBeLessThan(300_000);
  let deep: unknown = 1;
  for (let i = 0; i < 1e5; i += 1) deep = [deep];
  expect(JSON.stringify(toJson(deep))).toContain("[…]");
});
