import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { afterAll, expect, test, vi } from "vitest";
import { capturesNothing } from "../../../kernel-lib/src/analyze/captures-nothing.js";
import type { CellCompiler } from "../../../kernel-lib/src/analyze/cell-compiler.js";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { originalText } from "../../../kernel-lib/src/analyze/original-text.js";
import { CellExecutor } from "../../../kernel-lib/src/kernel/cell-executor.js";
import { patchFunctionText } from "../../../kernel-lib/src/track/function-text.js";
import { setCaptureTest } from "../../../kernel-lib/src/track/hidden-behind.js";
import { patchProxies } from "../../../kernel-lib/src/track/proxy-targets.js";

// The first cell loads TypeScript's libraries.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-same-"));
const checking = createCellCompiler({ folder });
/** Some of these cells do what the checker warns of. */
const compiler: CellCompiler = {
  ...checking,
  compile: (...given) => ({ ...checking.compile(...given), diagnostics: [] }),
};
patchFunctionText(originalText);
setCaptureTest(capturesNothing);
patchProxies();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quiet = { stream: () => {}, display: () => {} };

type Ended = { readonly value: unknown } | { readonly error: string };

/** The last cell's value, or the first error, as the kernel has it. */
async function tracked(cells: readonly string[]): Promise<Ended> {
  const executor = new CellExecutor({ folder, compiler });
  let value: unknown;
  for (const code of cells) {
    const ended = await executor.execute({ code, cellId: null, tags: [], label: "cell", output: quiet });
    if (ended.failure !== null) return { error: `${ended.failure.ename}: ${ended.failure.evalue}` };
    [value] = ended.value ?? [];
  }
  return { value };
}

/** The same as one strict script; the last line is an expression. */
async function bare(cells: readonly string[]): Promise<Ended> {
  const lines = cells.join("\n").split("\n");
  const last = lines.pop();
  const script = `(async () => { "use strict"; ${lines.join("\n")}\nreturn (${last}); })`;
  try {
    return { value: await (runInThisContext(script) as () => Promise<unknown>)() };
  } catch (error) {
    return { error: String(error) };
  }
}

test.each([
  [
    "microtasks come in the same order",
    [
      "const order = []; const note = (s) => { order.push(s); };",
      "queueMicrotask(() => note('a')); Promise.resolve().then(() => note('b')).then(() => note('c')); process.nextTick(() => note('d')); note('e');\nawait null; note('f'); await new Promise((r) => setTimeout(r, 5));\norder",
    ],
  ],
  [
    "awaiting in turn",
    [
      "const order = []; const f = async (s) => { order.push(s + 1); await null; order.push(s + 2); await null; order.push(s + 3); };",
      "await Promise.all([f('a'), f('b')]);\norder",
    ],
  ],
  [
    "how deep a recursion may be, about",
    [
      "let depth = 0; function down() { depth += 1; down(); }",
      "try { down(); } catch (e) { depth = e instanceof RangeError ? Math.sign(depth - 3000) : -5; }\ndepth",
    ],
  ],
  ["this of a bare call", ["function f() { return this; }", "f()"]],
  ["this of a method taken off", ["const o = { f() { return this; } }; const f = o.f;", "f()"]],
  ["code is strict", ["let why = ''; try { Object.freeze([]).push(1); } catch (e) { why = e.name; }", "why"]],
  [
    "texts of functions",
    [
      "const k = 2; const f = (x) => x * k; function g(a, b = k) { return f(a) + b; } const h = async function* (x) { yield x + k; };",
      "[String(f), String(h)]",
    ],
  ],
  [
    "names and lengths of functions",
    [
      "const f = (x) => x; let g = function () {}; const C = class {}; function h(a, b, c = 1) {} const o = { m() {}, n: () => 1 };",
      "[f, g, C, h, o.m, o.n].map((x) => [x.name, x.length])",
    ],
  ],
  [
    "generators",
    [
      "const log = []; function* g() { try { const got = yield 1; log.push(got); yield 2; } finally { log.push('end'); } }",
      "const it = g(); it.next(); it.next('in'); it.return(7); log.push(it.next());\nlog",
    ],
  ],
  [
    "reading before a declaration in a block",
    ["let why = ''; try { { z; let z = 1; } } catch (e) { why = e.name; }", "why"],
  ],
  [
    "assigning a constant in a function",
    ["let why = ''; try { (() => { const q = 1; q = 2; })(); } catch (e) { why = e.name + e.message; }", "why"],
  ],
  [
    "instanceof and Symbol.hasInstance",
    ["class A { static [Symbol.hasInstance](v) { return v === 5; } }", "[5 instanceof A, 6 instanceof A]"],
  ],
  [
    "getters are called as often as the code calls them",
    [
      "let calls = 0; const o = { get a() { calls += 1; return { get b() { calls += 1; return 1; } }; } };",
      "o.a; o.a.b; [o]; ({ ...o });",
      "calls",
    ],
  ],
  [
    "a proxy's traps are called as often as the code calls them",
    [
      "const seen = []; const p = new Proxy({ a: 1 }, { get(t, k, r) { seen.push('get ' + String(k)); return Reflect.get(t, k, r); }, has(t, k) { seen.push('has'); return k in t; }, ownKeys(t) { seen.push('keys'); return Reflect.ownKeys(t); }, getOwnPropertyDescriptor(t, k) { seen.push('own'); return Reflect.getOwnPropertyDescriptor(t, k); }, getPrototypeOf(t) { seen.push('proto'); return Reflect.getPrototypeOf(t); } });",
      "const list = [p, { p }]; p.a; 'a' in p;",
      "list.length; p; const f = (x) => x; f(p);",
      "seen",
    ],
  ],
  [
    "a value's own toJSON, inspect and toString stay uncalled",
    [
      "let calls = 0; const o = { toJSON() { calls += 1; }, toString() { calls += 1; return ''; }, valueOf() { calls += 1; return 1; }, [Symbol.for('nodejs.util.inspect.custom')]() { calls += 1; } };",
      "const held = [o]; o; held;",
      "calls",
    ],
  ],
  [
    "objects stay as they are: keys, order, extensibility",
    [
      "class P { #x = 1; y = 2; static #z = 3; get x() { return this.#x; } } const o = new P();",
      "o; P;",
      "[Reflect.ownKeys(o), Reflect.ownKeys(P), Reflect.ownKeys(P.prototype), Object.isExtensible(o), JSON.stringify(o), o.x]",
    ],
  ],
  ["frozen and sealed objects can be read", ["const o = Object.freeze({ a: Object.seal([1]) });", "o.a[0]"]],
  [
    "a revoked proxy",
    [
      "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); const held = { proxy };",
      "held;",
      "Object.keys(held)",
    ],
  ],
  [
    "errors keep name, message and cause",
    [
      "class MyError extends Error { constructor(m, o) { super(m, o); this.name = 'MyError'; } }",
      "let e; try { throw new MyError('a', { cause: 5 }); } catch (x) { e = x; }",
      "[e.name, e.message, e.cause, e instanceof MyError, e instanceof Error, typeof e.stack]",
    ],
  ],
  [
    "weak references can be made of values that were read",
    ["const w = new WeakMap(); const k = {}; w.set(k, 1);", "k; w;", "w.get(k)"],
  ],
  [
    "async iteration",
    [
      "async function* g() { for (let i = 0; i < 3; i++) { await null; yield i; } } const out = [];",
      "for await (const i of g()) out.push(i);",
      "out",
    ],
  ],
  [
    "timers in turn",
    [
      "const out = []; const t = (ms, s) => new Promise((r) => setTimeout(() => { out.push(s); r(); }, ms));",
      "await Promise.all([t(15, 'b'), t(5, 'a')]);",
      "out",
    ],
  ],
  [
    "a million steps over names",
    ["let a = 0; const xs = [1, 2, 3];", "for (let i = 0; i < 1e6; i++) a += xs[i % 3];", "a"],
  ],
  [
    "closures in loops have a variable each",
    ["const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i);", "fs.map((f) => f())"],
  ],
  [
    "arguments and default values",
    ["function f(a, b = a) { return [arguments.length, a, b]; }", "[f(1), f(1, 2), f(undefined, 3)]"],
  ],
  [
    "labels and finally",
    [
      "let out = ''; outer: for (const a of 'xy') { for (const b of '12') { try { if (b === '2') continue outer; out += a + b; } finally { out += '.'; } } }",
      "out",
    ],
  ],
  ["array holes and negative zero", ["const a = [, -0, NaN]; a;", "[0 in a, Object.is(a[1], -0), a[2]]"]],
] as const)("a cell does the same with tracking: %s", async (_name, cells) => {
  expect(await tracked(cells)).toStrictEqual(await bare(cells));
});
