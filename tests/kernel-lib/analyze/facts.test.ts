// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { expect, test } from "vitest";
import { notebookFacts } from "../../../kernel-lib/src/analyze/index.js";
import type { CellFacts } from "../../../kernel-lib/src/notebook/cell-facts.js";
import { folder } from "./session.js";

const speeds = ["bind", "check"] as const;

/** Facts of the last of some cells. */
function factsOf(cells: string | readonly string[], speed: "bind" | "check", tags: readonly string[] = []): CellFacts {
  const sources = typeof cells === "string" ? [cells] : cells;
  const found = notebookFacts(
    sources.map((source, index) => ({ id: `c${index}`, source, tags })),
    { folder, speed },
  );
  const last = found.get(`c${sources.length - 1}`);
  if (last === undefined) throw new Error("Cannot find the facts of the last cell.");
  return last;
}

const names = (uses: readonly { readonly name: string }[]): string[] => uses.map((use) => use.name).sort();

/** Names that the cell reads, as either speed must see them. */
const reads: readonly (readonly [code: string, reads: readonly string[]])[] = [
  ["a + b.c[d]", ["a", "b", "d"]],
  ["const x = a; x + 1", ["a"]],
  ["x; var x", []],
  ["a = 1; b += 1; c++; [d, e.f] = g", ["b", "c", "e", "g"]],
  ["({ a, b: c, ...d } = e)", ["e"]],
  ["({ a, b: c })", ["a", "c"]],
  ["(a) => a + b", ["b"]],
  ["rows.map((r) => r.x * scale)", ["rows", "scale"]],
  ["function f() { return a }", []],
  ["const f = () => a", []],
  ["let f = () => a", ["a"]],
  ["const f = wrap(() => a)", ["a", "wrap"]],
  ["class A extends B { x = c; static y = d; [e]() { return f } static { g() } }", ["B", "d", "e", "g"]],
  ["for (const x of xs) { const y = x; y }", ["xs"]],
  ["for (i = 0; i < n; i++);", ["i", "n"]],
  ["try { a() } catch (e) { e }", ["a"]],
  ["typeof a", ["a"]],
  ["a: for (;;) break a", []],
  ["`${a}${`${b}`}`", ["a", "b"]],
  ["tag`x`", ["tag"]],
  ["import { a } from 'm'; a + b", ["b"]],
  ["let x: T = y as U", ["y"]],
  ["enum E { A = a }", ["a"]],
  ["namespace N { export const x = a; x }", ["a"]],
  ["const { [k]: v = d } = o", ["d", "k", "o"]],
  ["new A<B>(c)", ["A", "c"]],
  ["größe + $ + _", ["$", "_", "größe"]],
  ["undefined; arguments; globalThis; NaN", []],
  ["Math.max(a); console.log(process.env, JSON, fetch, require('x'))", ["a"]],
  ["{ a, b: 1 }", ["a"]],
  ["import.meta.url; this", []],
];

test.each(speeds.flatMap((speed) => reads.map(([code, expected]) => [speed, code, expected] as const)))(
  "facts at %s: %s reads %j",
  (speed, code, expected) => {
    expect(names(factsOf(code, speed).reads)).toEqual(expected);
  },
);

/** Names that the last cell may change in place. */
const mutates: readonly (readonly [
  code: string | readonly string[],
  mutates: readonly string[],
  onlyWithTypes?: "types",
])[] = [
  ["x.a = 1; y['b'] = 2; z.a.b.c = 3", ["x", "y", "z"]],
  ["x.a++; --y[0]; delete z.a; w.n += 1", ["w", "x", "y", "z"]],
  ["[x.a, y[0]] = [1, 2]; ({ k: z.b, ...w.c } = o)", ["w", "x", "y", "z"]],
  ["x = 1; y = { a: 1 }", []],
  [
    "rows.push(1); m.set('a', 1); s.add(1); s2.delete(1); list.sort(); list2.splice(0)",
    ["list", "list2", "m", "rows", "s", "s2"],
  ],
  ["a.b.c.push(1)", ["a"]],
  ["rows.map((r) => r.x); rows.filter(Boolean); rows.slice().sort(); [...rows].reverse(); rows.concat(b).push(1)", []],
  ["Object.assign(x, y); Object.defineProperty(z, 'a', {}); Reflect.set(w, 'a', 1)", ["w", "x", "z"]],
  ["Object.keys(x).sort(); Object.assign({}, y).a = 1; structuredClone(z).push(1); JSON.parse(t).a = 1", []],
  ["Object.values(x)[0].a = 1; Object.entries(y).forEach(([k, v]) => { v.n = k })", ["x", "y"]],
  ["Array.prototype.push.call(x, 1); [].push.apply(y, z)", ["x", "y"]],
  ["tf.util.shuffle(x)", ["x"]],
  ["model.fit(x, y); model.compile({}); model.add(layer)", ["model"]],
  ["d.setHours(1); d.getHours(); buf.writeUInt8(1)", ["buf", "d"]],
  ["rows.forEach((r) => { r.x = 1 })", ["rows"]],
  ["for (const r of rows) r.x = 1", ["rows"]],
  ["for (const [k, v] of map) v.push(k)", ["map"]],
  ["for (const i in rows) rows[i].x = 1", ["rows"]],
  ["rows.forEach(({ tags }) => tags.push(1))", ["rows"]],
  ["const r = rows; r.push(1)", ["r", "rows"]],
  ["const first = rows[0]; first.x = 1", ["first", "rows"]],
  ["{ const r = rows; r.push(1) }", ["rows"]],
  ["{ let r; r = rows; const [h] = r; h.x = 1 }", ["rows"]],
  ["rows.map((r) => ({ ...r })).forEach((r) => { r.x = 1 })", []],
  ["rows.map((r) => r).forEach((r) => { r.x = 1 })", ["rows"]],
  ["rows.reduce((m, r) => { m[r.k] = r; return m }, {})", []],
  ["rows.reduce((m, r) => { m.n++; return m })", ["rows"]],
  ["(a ?? b).x = 1; (c ? d : e).push(1); (await f).y = 2", ["a", "b", "d", "e", "f"]],
  ["find(rows).x = 1", ["rows"]],
  ["rows.find((r) => r.ok).x = 1", ["rows"]],
  ["function f(a, b) { b.x = 1 } f(p, q)", ["q"]],
  ["const g = (a) => { f(a) }; const f = ({ list }) => list.push(1); g(p)", ["p"]],
  ["function f() { counter.n++ } f()", ["counter"]],
  ["function f() { counter.n++ }", []],
  ["const g = () => f(); function f() { counter.n++ } xs.forEach(() => g())", ["counter"]],
  ["function fix(r) { r.x = 1 } rows.forEach(fix)", ["rows"]],
  ["{ const fix = (r) => { r.x = 1 }; fix(rows); others.map(fix) }", ["others", "rows"]],
  ["(function (r) { r.x = 1 })(rows)", ["rows"]],
  [
    "class C { n = 0; inc() { this.n++ } get() { return this.n } } const c = new C(); c.inc(); const d = new C(); d.get()",
    ["c"],
  ],
  ["class C { items = []; put(x) { this.items.push(x) } more(x) { this.put(x) } } const c = new C(); c.more(1)", ["c"]],
  ["class B { #n = 0; up() { this.#n += 1 } } class D extends B {} const d = new D(); d.up()", ["d"]],
  [["class C { n = 0; inc() { this.n++ } get() { return this.n } }", "const c = new C(); c.inc(); c.get()"], ["c"]],
  [["class C { n = 0; get() { return this.n } }", "const c = new C(); c.get()"], []],
  ["const out = []; for (const r of rows) out.push(r); out[0].x = 1", ["out", "rows"]],
  ["const o = { rows }; o.rows.push(1)", ["o", "rows"]],
  ["function shuffle(a) { a.sort(); a[0] = a[1] } shuffle([...rows]); shuffle(others.slice())", []],
  ["function fix(a) { a[0].x = 1 } fix([...rows]); fix(copies.map((r) => ({ ...r })))", ["rows"]],
  ["function fix(a) { a[0].tags.push(1) } fix(rows.map((r) => ({ ...r })))", ["rows"]],
  ["function fix({ list: [first] }) { first.x = 1 } fix({ list: rows })", ["rows"]],
  [["function shuffle(a) { a.sort() }", "shuffle([...rows]); shuffle(mine)"], ["mine"]],
  [["const fix = (a) => { for (const r of a) r.x = 1 }", "fix([...rows])"], ["rows"]],
  [["const fix = (r) => { r.x = 1 }", "const fixAll = (rs) => rs.forEach(fix)", "fixAll([...rows])"], ["rows"]],
  ["const get = (k) => rows.find((r) => r.k === k); get(1).x = 2", ["rows"]],
  ["function all() { return rows } all().push(1); all().map((r) => r.x).sort()", ["rows"]],
  ["function copy(a) { return a.map((r) => ({ ...r })) } copy(rows)[0].x = 1; copy(rows).sort()", []],
  [
    "const same = (a) => a; same(rows).push(1); const first = (a) => a[0]; first(others).x = 1; first([...others]).y = 1",
    ["others", "rows"],
  ],
  [
    "const later = async (a) => { const b = a.filter(Boolean); return b }; (await later(rows)).sort(); (await later(rows))[0].x = 1",
    ["rows"],
  ],
  ["function f(list) { const pick = (k) => list[k]; pick(0).x = 1 } f(rows)", ["rows"]],
  ["function loop(a, n) { return n ? loop(a, n - 1) : a } loop(rows, 3).push(1)", ["rows"]],
  [["const get = (k) => rows.find((r) => r.k === k)", "get(1).x = 2"], ["rows"]],
  [["function copy(a) { return a.map((r) => ({ ...r })) }", "copy(rows)[0].x = 1"], []],
  [["const same = (a) => a", "same(rows).push(1)"], ["rows"]],
  ["(a, b) => { a.x = 1 }", []],
  ["constructor.has(x); a.toString.toString(b); __proto__.set(c)", ["__proto__"]],
  ["`${x.a = 1}`", ["x"]],
  [
    [
      "import * as aq from 'arquero'; const t = aq.table({ a: [1] }); const s = 'abc'; const n = [1]",
      "t.concat(t); (t as any).x; s.concat('a'); n.push(2)",
    ],
    ["n"],
  ],
  [["class Acc { add(x: number) { return x } }; const acc = new Acc()", "acc.add(1)"], [], "types"],
  [["import * as tf from '@tensorflow/tfjs'; const a = tf.tensor([1])", "a.add(1)"], [], "types"],
  [
    ["interface Log { lines: string[] }; const log: Log = { lines: [] }", "const lines = log.lines; lines.push('x')"],
    ["lines", "log"],
  ],
  [
    [
      "const rows = [{ x: 1, y: 'a' }]",
      "const xs = rows.map((r) => r.x); xs.sort(); const ys = rows.map((r) => ({ ...r })); ys[0].x = 2",
    ],
    ["xs", "ys"],
    "types",
  ],
];

test.each(
  speeds.flatMap((speed) =>
    mutates.flatMap(([code, expected, types]) =>
      types !== undefined && speed === "bind" ? [] : [[speed, code, expected] as const],
    ),
  ),
)("facts at %s: %j mutates %j", (speed, code, expected) => {
  expect(names(factsOf(code, speed).mutates)).toEqual(expected);
});

/** What the last declared name shares objects with. */
const aliases: readonly (readonly [
  code: string | readonly string[],
  aliases: readonly string[],
  onlyWithTypes?: "types",
])[] = [
  ["const x = rows", ["rows"]],
  ["const x = a.b[c]", ["a"]],
  ["const x = [a, ...b, { c, d: e }]", ["a", "b", "c", "e"]],
  ["const x = ok ? a : b ?? c", ["a", "b", "c"]],
  ["const x = await load(a)", ["a"]],
  ["const x = a.filter((r) => r.ok)", ["a"]],
  ["const x = new Map([[k, v]])", ["k", "v"]],
  ["const x = JSON.parse(text)", []],
  ["const x = structuredClone(a)", []],
  ["const x = a.length + 1", []],
  ["const x = `a${b}`", []],
  ["const x = !a", []],
  ["const x = { f: () => state }", ["state"]],
  ["const { x } = a", ["a"]],
  ["const x = []; for (const r of rows) x.push(r)", ["rows"]],
  ["const f = () => rows", []],
  ["const mean = (a) => ({ m: a.length }); const x = mean(rows)", []],
  [
    ["const wrap = (a) => ({ a, state })", "const x = wrap(rows)"],
    ["rows", "state"],
  ],
  ["const isOk = (r) => r.ok; const tidy = (r) => r; const x = rows.filter(isOk).map(tidy)", ["rows"]],
  ["let x; x = a", ["a"]],
  [["const rows = [{ a: 1 }]", "const n = rows[0].a"], [], "types"],
  [["const rows = [{ a: 1 }]", "const ns = rows.map((r) => r.a)"], [], "types"],
  [["const rows = [{ a: { b: 1 } }]", "const as = rows.map((r) => r.a)"], ["rows"]],
  [["import { table } from 'arquero'", "const t = table({ a: [1] })"], []],
];

test.each(
  speeds.flatMap((speed) =>
    aliases.flatMap(([code, expected, types]) =>
      types !== undefined && speed === "bind" ? [] : [[speed, code, expected] as const],
    ),
  ),
)("facts at %s: %j shares objects with %j", (speed, code, expected) => {
  expect([...(factsOf(code, speed).declarations.at(-1)?.aliases ?? [])].sort()).toEqual(expected);
});
