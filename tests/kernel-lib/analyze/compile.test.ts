// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { expect, test } from "vitest";
import { Session } from "./session.js";

/** What the last cell shows when the cells run one after the other. */
const cases: readonly (readonly [name: string, cells: readonly string[], value: unknown])[] = [
  ["a name of an earlier cell", ["const x = 1", "x + 1"], 2],
  ["assignment to an earlier let", ["let x = 1", "x = 5", "x"], 5],
  ["assignment to an earlier const", ["const x = 1", "x = 5", "x"], 5],
  ["assignment to an earlier const of another literal type", ["const s = 'a'", "s = 'b'; s"], "b"],
  ["the same cell twice", ["const x = 1", "const x = 2", "x"], 2],
  ["another type for a name", ["const x = 1", "const x = 'a'", "x.length"], 1],
  [
    "names of Node's globals",
    [
      "const name = 'a'; const process = 1; let performance = 2, crypto = 3; function fetch() { return 4 }",
      "[name, process, performance, crypto, fetch()]",
    ],
    ["a", 1, 2, 3, 4],
  ],
  ["a closure that sees later changes", ["let n = 1; const f = () => n", "n = 2", "f()"], 2],
  ["a closure that changes a name", ["let n = 0; function inc() { n++; return n }", "inc(); inc()", "n"], 2],
  ["function declarations, hoisted", ["const r = f(); function f() { return 7 }; r"], 7],
  [
    "functions that call each other",
    ["const even = (n) => n === 0 || odd(n - 1); const odd = (n) => n !== 0 && even(n - 1)", "even(10)"],
    true,
  ],
  [
    "a redefined function seen by an older one",
    ["function f() { return 1 }\nfunction g() { return f() }", "function f() { return 2 }", "g()"],
    2,
  ],
  ["shorthand properties", ["const a = 1, b = 2", "({ a, b })"], { a: 1, b: 2 }],
  [
    "destructuring",
    ["const { a, b: { c = 3 }, ...rest } = { a: 1, b: {} as { c?: number }, d: 4, e: 5 }", "[a, c, rest]"],
    [1, 3, { d: 4, e: 5 }],
  ],
  [
    "destructuring of arrays with holes, defaults and rest",
    ["const [a, , b = 5, ...c] = [1, 2, undefined, 4, 5]", "[a, b, c]"],
    [1, 5, [4, 5]],
  ],
  ["destructuring with computed keys", ["const key = 'k'; const { [key]: v } = { k: 1 }; v"], 1],
  [
    "destructuring assignment",
    ["let a, b, c, d", "({ a, x: [b], ...c } = { a: 1, x: [2], y: 3 }); [d = 9] = []; [a, b, c, d]"],
    [1, 2, { y: 3 }, 9],
  ],
  ["shorthand destructuring assignment with default", ["let a", "({ a = 4 } = {} as { a?: number }); a"], 4],
  ["swap", ["let a = 1, b = 2", "[a, b] = [b, a]; [a, b]"], [2, 1]],
  ["for with var", ["for (var i = 0, n = 3; i < n; i++) {}", "[i, n]"], [3, 3]],
  ["for-of with var and a pattern", ["for (var [k, v] of [['a', 1], ['b', 2]]) {}", "[k, v]"], ["b", 2]],
  ["for-in with var", ["for (var k in { a: 1, b: 2 });", "k"], "b"],
  ["for-of over an existing name", ["let x = 0", "for (x of [1, 2, 3]);", "x"], 3],
  [
    "let in a loop stays inside",
    ["const fs: (() => number)[] = []; for (let i = 0; i < 2; i++) fs.push(() => i)", "fs.map((f) => f())"],
    [0, 1],
  ],
  ["var inside blocks", ["if (true) { var a = 1; { var b = 2 } } try { var c = 3 } catch {}", "[a, b, c]"], [1, 2, 3]],
  ["var without a value", ["var a = 1; var a; a"], 1],
  [
    "var inside a function stays there",
    ["const f = () => { var inner = 1; return inner }; f(); typeof inner"],
    "undefined",
  ],
  ["let without a value", ["let a; a = 3", "let a: number | undefined;", "a"], undefined],
  [
    "increments and compound assignment",
    ["let n = 1; let o: { a: number } | null = null", "n++; ++n; n += 2; n **= 2; o ??= { a: 1 }; [n, n--, n, o]"],
    [25, 25, 24, { a: 1 }],
  ],
  ["typeof an unknown name", ["typeof neverDeclared"], "undefined"],
  [
    "a call without this",
    ["'use strict'; const f = function () { return this }", "[f(), (f)(), (f as any)(), f!()]"],
    [undefined, undefined, undefined, undefined],
  ],
  [
    "optional call and chain",
    ["let f: (() => number) | undefined; const o = { a: { b: 1 } }", "[f?.(), o?.a?.b]"],
    [undefined, 1],
  ],
  [
    "tagged template",
    ["const tag = (parts: TemplateStringsArray, ...values: number[]) => parts.join('_') + values", "tag`a${1}b`"],
    "a_b1",
  ],
  ["new", ["class P { constructor(readonly x: number) {} }", "new P(3).x"], 3],
  [
    "class with static self reference",
    [
      "class A { static one = new A(); static two = A.one; me() { return A } }",
      "[A.one === A.two, new A().me() === A]",
    ],
    [true, true],
  ],
  [
    "class that extends one of an earlier cell",
    ["class A { f() { return 1 } }", "class B extends A { f() { return super.f() + 1 } }", "new B().f()"],
    2,
  ],
  [
    "class with private fields and static block",
    ["class C { #n = 1; static s = 0; static { C.s = 5 } n() { return this.#n } }", "[new C().n(), C.s]"],
    [1, 5],
  ],
  ["class expression that is named after its variable", ["const K = class {}; K.name"], "K"],
  [
    "redefined class while old instances live",
    ["class A { v() { return 1 } }; const a = new A()", "class A { v() { return 2 } }", "[a.v(), new A().v()]"],
    [1, 2],
  ],
  ["enum", ["enum E { A = 1, B = A * 4, C }", "[E.A, E.B, E.C, E[4]]"], [1, 4, 5, "B"]],
  ["const enum", ["const enum E { A = 'a' }", "E.A"], "a"],
  ["namespace", ["namespace N { export const x = 1; export function f() { return x + N.x } }", "N.f()"], 2],
  ["function merged with a namespace", ["function f() { return f.x }\nnamespace f { export const x = 4 }", "f()"], 4],
  [
    "interface and type alias",
    ["interface Row { a: number }; type Rows = Row[]", "const rows: Rows = [{ a: 1 }]", "rows[0].a"],
    1,
  ],
  ["generic function", ["function id<T>(x: T): T { return x }", "id('a').length"], 1],
  [
    "overloads",
    [
      "function f(x: number): number\nfunction f(x: string): string\nfunction f(x: any) { return x }",
      "f('ab').length + f(1)",
    ],
    3,
  ],
  [
    "exports are ignored",
    ["export const x = 1; export default function f() { return 2 }\nexport { x as y }", "x + f()"],
    3,
  ],
  ["default export of an expression", ["export default 40 + 2"], 42],
  [
    "names of arrow functions",
    ["const f = () => 1, g = function () {}; let h = () => 2", "[f.name, g.name, h.name]"],
    ["f", "g", "h"],
  ],
  ["names of assigned functions", ["let f; f = () => 1; f.name"], "f"],
  [
    "names of functions in var and in defaults",
    ["var f = () => 1; const { g = () => 2 } = {} as { g?: () => number }; [f.name, g.name]"],
    ["f", "g"],
  ],
  ["labels and property names", ["const x = 1", "const o = { x: 2 }; x: for (;;) { break x } o.x"], 2],
  ["a parameter that shadows", ["const x = 1", "((x) => x)(5)"], 5],
  ["a local that shadows", ["const x = 1", "const f = () => { const x = 2; { const x = 3 } return x }; f()"], 2],
  ["a catch variable that shadows", ["const e = 1", "let got; try { throw 2 } catch (e) { got = e } got"], 2],
  ["top-level await", ["const x = await Promise.resolve(3)", "x"], 3],
  [
    "for await",
    ["const got = []; for await (const x of (async function* () { yield 1; yield 2 })()) got.push(x); got"],
    [1, 2],
  ],
  ["last expression before comments and semicolons", ["const x = 1", "x;; // that is it\n/* really */"], 1],
  ["last expression that is an assignment", ["let x", "x = 3"], 3],
  ["a string as the last expression", ["'use strict'"], "use strict"],
  ["an object literal", ["const a = 1", "{ a, b: 2 }"], { a: 1, b: 2 }],
  ["an empty object", ["{}"], {}],
  ["a block", ["{ const x = 3; x }"], undefined],
  ["no value after a declaration", ["1; const x = 2"], undefined],
  ["nothing at all", ["// just a comment"], undefined],
  [
    "names that are not ASCII",
    ["const größe = 1, π = 3, $ = 4, _$1 = 5, 変数 = () => $", "[größe, π, $, _$1, 変数()]"],
    [1, 3, 4, 5, 4],
  ],
  [
    "named import",
    ["import { op, table as makeTable } from 'arquero'", "[makeTable({ a: [1, 2] }).numRows(), typeof op.mean]"],
    [2, "function"],
  ],
  [
    "namespace import and its types",
    ["import * as aq from 'arquero'", "const t: aq.ColumnTable = aq.table({ a: [1] }); t.numCols()"],
    1,
  ],
  [
    "default import of a builtin",
    ["import path, { join } from 'node:path'", "[path.sep === '/', join('a', 'b')]"],
    [true, "a/b"],
  ],
  ["import required", ["import path = require('node:path'); path.join('a', 'b')"], "a/b"],
  [
    "require and dynamic import",
    [
      "const { join } = require('node:path'); const { basename } = await import('node:path')",
      "[join('a', 'b'), basename('a/b')]",
    ],
    ["a/b", "b"],
  ],
  ["import for its effect", ["import 'node:path'; 1"], 1],
  ["an unused import is there for later cells", ["import { join } from 'node:path'", "join('x', 'y')"], "x/y"],
  ["import of a package that is ESM only", ["import { compile } from 'vega-lite'; typeof compile"], "function"],
  [
    "imports stand before what stands above them",
    ["const j = join('a', 'b'); import { join } from 'node:path'; j"],
    "a/b",
  ],
  [
    "decorators",
    [
      "function twice(f: any, _: any) { return function (this: any, ...a: any[]) { return f.apply(this, a) * 2 } }\nclass D { @twice m() { return 4 } }",
      "new D().m()",
    ],
    8,
  ],
  ["satisfies, as const and non-null", ["const o = { a: 1 } as const satisfies { a: number }; o!.a"], 1],
  [
    "a union that was narrowed in an earlier cell",
    ["const v: string | number = 3 as string | number", "typeof v === 'number' ? v * 2 : v.length"],
    6,
  ],
  ["an import alias of a namespace member", ["namespace N { export const x = 5 }\nimport y = N.x", "y"], 5],
  [
    "switch, label and continue",
    [
      "let n = 0; outer: for (const a of [1, 2]) { for (const b of [1, 2]) { if (b === 2) continue outer; n += a } } switch (n) { case 3: var hit = true }",
      "[n, hit]",
    ],
    [3, true],
  ],
  ["generators", ["function* g() { yield* [1, 2] }", "[...g()]"], [1, 2]],
  [
    "getters and methods of object literals",
    ["const x = 2; const o = { get x() { return x * 2 }, m() { return x }, [`k${x}`]: x }", "[o.x, o.m(), o.k2]"],
    [4, 2, 2],
  ],
  [
    "default parameters that use session names",
    ["const base = 10; const f = (x = base, { y = x } = {} as { y?: number }) => x + y", "f()"],
    20,
  ],
  ["delete and in", ["const o: { a?: number } = { a: 1 }; delete o.a; 'a' in o"], false],
  ["comma and void", ["let a = 1; (a = 2, a + 1)"], 3],
  [
    "a redeclared type while values of the old one live",
    [
      "interface Row { a: number }; const rows: Row[] = [{ a: 1 }]",
      "interface Row { b: string }; const other: Row = { b: 'x' }",
      "rows[0].a + other.b",
    ],
    "1x",
  ],
  [
    "a cell that redeclares a type it used",
    [
      "interface Row { a: number }; const rows: Row[] = [{ a: 1 }]",
      "interface Row { b: string }; const n = rows[0].a; n",
    ],
    1,
  ],
  ["literal types across cells", ["const kind = 'a'", "const f = (k: 'a' | 'b') => k; f(kind)"], "a"],
  [
    "import.meta and names of CommonJS modules",
    [
      "const here = import.meta.url.startsWith('file:///'); [here, import.meta.dirname === __dirname, __filename.startsWith(__dirname)]",
    ],
    [true, true, true],
  ],
  [
    "a class that ran again, with instances of before",
    ["class A { private x = 1; }", "const list: A[] = [new A()]", "class A { private x = 1; }", "list.push(new A())"],
    2,
  ],
  ["a declared name that an earlier cell made", ["const x = 1", "declare const x: number; x + 1"], 2],
  ["a declared global", ["declare const process: any; typeof process.pid"], "number"],
  [
    "an interface with its companion",
    ["interface P { x: number }\nconst P = { make: (x: number): P => ({ x }) }", "P.make(3).x"],
    3,
  ],
  ["a class that an interface extends", ["class A { x = 1 }\ninterface A { y?: number }", "new A().y ?? new A().x"], 1],
  ["exported destructuring", ["export const { a, ...b } = { a: 1, c: 2 }", "[a, b]"], [1, { c: 2 }]],
  [
    "several declarators, one of them a function",
    ["let a = 1, f = (x = a) => x + a, b = f()", "[a, b, f.name]"],
    [1, 2, "f"],
  ],
  [
    "names that JavaScript's objects have",
    [
      "const constructor = 1, toString = 2, __proto__ = 3, valueOf = () => 4",
      "[constructor, toString, __proto__, valueOf()]",
    ],
    [1, 2, 3, 4],
  ],
  [
    "names of the compiler's own making",
    ["const v = 1, tl = 2, $tl0 = 3, ref = 4", "[v, tl, $tl0, ref]"],
    [1, 2, 3, 4],
  ],
  [
    "new.target and arguments inside functions",
    ["function F(this: any) { return [new.target === undefined, arguments.length] }", "(F as any)(1, 2)"],
    [true, 2],
  ],
  [
    "an enum member computed from a name of an earlier cell",
    ["const base = 5", "enum E { A = base, B = 'x'.length }", "[E.A, E.B]"],
    [5, 1],
  ],
  [
    "async arrows and methods",
    ["const f = async (x) => x * 2; const o = { async m() { return await f(2) } }", "await o.m()"],
    4,
  ],
  [
    "a generator in a class and spread of it",
    ["class G { *[Symbol.iterator]() { yield 1; yield 2 } }", "[...new G()]"],
    [1, 2],
  ],
  [
    "a parameter named like a name of the session inside a destructured callback",
    ["const rows = [{ a: 1 }], a = 10", "rows.map(({ a }) => a + 1)"],
    [2],
  ],
  [
    "a closure in a loop over a session name",
    ["const fs: (() => number)[] = []; let i = 0", "for (i = 0; i < 3; i++) fs.push(() => i)", "fs.map((f) => f())"],
    [3, 3, 3],
  ],
  [
    "logical assignment to names",
    ["let a: number | undefined, b = 0, c = 1", "a ??= 5; b ||= 6; c &&= 7; [a, b, c]"],
    [5, 6, 7],
  ],
  ["JSON imports", ["import penguins from './data/penguins.json'; Array.isArray(penguins)"], true],
  ["a regular expression with names in it", ["const x = 1", "/x+/.test('xx')"], true],
  [
    "a getter that throws is not called by shorthand",
    ["const o = { get bad() { throw new Error('no') } }; const { ...rest } = { o }; Object.keys(rest)"],
    ["o"],
  ],
  [
    "using, which ends with the cell",
    [
      "let log: string[] = []; const open = () => ({ [Symbol.dispose]() { log.push('closed') } })",
      "using r = open(); log.push('body'); const y = 3",
      "[log, y]",
    ],
    [["body", "closed"], 3],
  ],
];

test.each(cases)("compile() runs %s", async (_name, cells, value) => {
  expect(await new Session().runAll(...cells)).toEqual(value);
});

test.each(cases)("compile() at bind speed runs %s", async (_name, cells, value) => {
  expect(await new Session("bind").runAll(...cells)).toEqual(value);
});

test("compile() does not await the value that the cell shows", async () => {
  const result = await new Session().result("Promise.resolve(1)");
  expect(result?.[0]).toBeInstanceOf(Promise);
});

test("compile() keeps a thrown error as it is", async () => {
  await expect(new Session().run("throw new RangeError('no')")).rejects.toThrow(RangeError);
});

test("compile() hands the names that a failing cell already wrote to the next", async () => {
  const session = new Session();
  await expect(session.run("let a = 1; a = 2; throw new Error('x'); a = 3")).rejects.toThrow("x");
  expect(session.bindings.get("a")).toMatchObject({ v: 2 });
});
