// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { runInThisContext } from "node:vm";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { Session } from "./session.js";

/** `TS2322 at 1:5-1:6` for each finding in the last cell. */
async function findings(...cells: readonly string[]): Promise<string[]> {
  const session = new Session();
  for (const source of cells.slice(0, -1)) await session.run(source);
  return session
    .compile(cells.at(-1) ?? "")
    .diagnostics.map(
      ({ code, line, column, endLine, endColumn }) => `TS${code} at ${line}:${column}-${endLine}:${endColumn}`,
    );
}

const wrong: readonly (readonly [cells: readonly string[], found: readonly string[]])[] = [
  [["const a: number = 'x'"], ["TS2322 at 1:7-1:8"]],
  [["// first\n\nconst a = 1\n  nowhere"], ["TS2304 at 4:3-4:10"]],
  [["let x = 1", "\nx = 'a'"], ["TS2322 at 2:1-2:2"]],
  [["const rows = [{ a: 1 }]", "rows[0].b"], ["TS2339 at 1:9-1:10"]],
  [["const x = 1; x = 2"], ["TS2588 at 1:14-1:15"]],
  [["const f = () => { const y = 1; y = 2 }"], ["TS2588 at 1:32-1:33"]],
  [["const x = ("], ["TS1109 at 1:12-1:12"]],
  [["const s = `abc"], ["TS1160 at 1:15-1:15"]],
  [["{ a: nowhere }"], ["TS2304 at 1:6-1:13"]],
  [["function f(a: number) {}\nf(1, 2)"], ["TS2554 at 2:6-2:7"]],
];

test.each(wrong)("diagnostics of %j are %j", async (cells, found) => {
  expect(await findings(...cells)).toEqual(found);
});

const fine: readonly (readonly string[])[] = [
  ["function unused(a, b) { const c = 1 }"],
  ["const f = (x) => x.anything"],
  ["const o = {}; o['a']"],
  ["let a; a = 1; a.x"],
  ["const a = 1; const a = 2"],
  ["const x = null; x.y; undefined"],
  ["const f = () => 1", "f = () => 2"],
  ["function f() {}", "f = null"],
  ["class A {}", "A = null"],
  ["import { join } from 'node:path'", "join = null"],
  ["const data = JSON.parse('{}'); data.a.b"],
  ["try { nope() } catch (e) { e.message }\nfunction nope() {}"],
  ["import fs from 'fs'; fs.existsSync('x'); Buffer.from('a'); setTimeout(() => {}, 1).unref(); process.env.HOME"],
  [
    "import * as tf from '@tensorflow/tfjs'; const m = tf.sequential(); m.add(tf.layers.dense({ units: 1, inputShape: [2] })); await m.fit(tf.zeros([1, 2]), tf.zeros([1, 1]))",
  ],
  ["export {}; export * from 'node:path'"],
  ["interface A { a: number }", "const a: A = { a: 1 }; interface A { a: number; b?: string }"],
  ["await import('node:fs'); for await (const x of []) x"],
];

test.each(fine.map((cells) => [cells] as const))("no diagnostics for %j", async (cells) => {
  expect(await findings(...cells)).toEqual([]);
});

test("a type that was redeclared is called by its name", async () => {
  const session = new Session();
  await session.runAll("interface Row { a: number }; const rows: Row[] = []", "interface Row { b: number }");
  expect(session.compile("rows[0].b").diagnostics[0]?.message).toBe(
    "Property 'b' does not exist on type 'Row (as an earlier cell declared it)'.",
  );
});

test("a missing package is told with what to run", async () => {
  const [found] = new Session().compile("import { x } from 'no-such-package-here'").diagnostics;
  expect(found?.message).toContain("npm install no-such-package-here");
});

/** Line and column (from 1) in the cell of the frame where it threw. */
async function thrownAt(source: string): Promise<string> {
  const { code, map } = new Session().compile(source);
  const run = runInThisContext(code, { filename: "the-cell.js" }) as (tl: unknown) => Promise<unknown>;
  const refs = new Map<string, { v: unknown }>();
  const ref = (name: string): { v: unknown } =>
    refs.get(name) ?? refs.set(name, { v: undefined }).get(name) ?? { v: undefined };
  const error: unknown = await run({ ref }).then(
    () => null,
    (reason: unknown) => reason,
  );
  const [, line, column] = /the-cell\.js:(\d+):(\d+)/.exec((error as Error).stack ?? "") ?? [];
  const place = originalPositionFor(new TraceMap(map), { line: Number(line), column: Number(column) - 1 });
  return `${place.line}:${(place.column ?? 0) + 1}`;
}

test.each([
  ["throw new Error('x')", "1:7"],
  ["// one\n\nconst f = () => {\n  throw new Error('x');\n};\nconst y = f();", "4:9"],
  ["const a = 1;\nnull.b;", "2:6"],
  ["interface A { a: number }\ntype B = A;\nfunction g(): B {\n  throw new Error('x');\n}\ng()", "4:9"],
  ["class A {\n  static s = (() => { throw new Error('x') })();\n}", "2:29"],
  ["const { a } = { get a() { throw new Error('x') } };", "1:33"],
])("the source map leads from %j to %s", async (source, place) => {
  expect(await thrownAt(source)).toBe(place);
});
