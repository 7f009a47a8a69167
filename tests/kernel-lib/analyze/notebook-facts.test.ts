// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cellFacts, notebookFacts } from "../../../kernel-lib/src/analyze/index.js";
import type { CellFacts } from "../../../kernel-lib/src/notebook/cell-facts.js";
import { folder } from "./session.js";

const cellsOf = (...sources: readonly string[]) =>
  sources.map((source, index) => ({ id: `c${index}`, source, tags: [] }));

function declared(facts: CellFacts | undefined, name: string): { type: string | null; shape: string } | null {
  const found = facts?.declarations.find((declaration) => declaration.name === name);
  return found === undefined ? null : { type: found.type, shape: found.shape };
}

test("notebookFacts() gives the whole record of a cell", () => {
  const source = [
    'import { metric, param } from "tagline";',
    "",
    "/** Reads them. */",
    'export const rows = load("data/a.csv"); // all',
    'const units = param("units", 16, { min: 1, max: 64, description: "hidden" });',
    "const text = `one",
    "two`;",
    "// ends here",
    'metric("n", rows.length);',
    "rows",
  ].join("\n");
  const facts = cellFacts(source, { speed: "bind" });
  expect(facts).toMatchObject({
    version: 1,
    imports: [
      { local: "metric", imported: "metric", specifier: "tagline", typeOnly: false },
      { local: "param", imported: "param", specifier: "tagline", typeOnly: false },
    ],
    reads: [{ name: "load", line: 4, column: 21 }],
    globals: [],
    assigns: [],
    mutates: [],
    params: [
      {
        name: "units",
        variable: "units",
        default: 16,
        type: "number",
        min: 1,
        max: 64,
        description: "hidden",
        explicit: true,
        line: 5,
      },
    ],
    metrics: ["n"],
    paths: ["data/a.csv"],
    fixedLines: [7],
    errors: [],
  });
  const texts = facts.statements.map(({ range, codeStart, kind, exported, declares, reads }) => ({
    text: source.slice(range.start, range.end),
    code: source.slice(codeStart, codeStart + 5),
    line: range.line,
    kind,
    exported,
    declares,
    reads,
  }));
  expect(texts).toEqual([
    {
      text: 'import { metric, param } from "tagline";',
      code: "impor",
      line: 1,
      kind: "import",
      exported: false,
      declares: ["metric", "param"],
      reads: [],
    },
    {
      text: '/** Reads them. */\nexport const rows = load("data/a.csv");',
      code: "expor",
      line: 3,
      kind: "variable",
      exported: true,
      declares: ["rows"],
      reads: ["load"],
    },
    {
      text: 'const units = param("units", 16, { min: 1, max: 64, description: "hidden" });',
      code: "const",
      line: 5,
      kind: "variable",
      exported: false,
      declares: ["units"],
      reads: ["param"],
    },
    {
      text: "const text = `one\ntwo`;",
      code: "const",
      line: 6,
      kind: "variable",
      exported: false,
      declares: ["text"],
      reads: [],
    },
    {
      text: '// ends here\nmetric("n", rows.length);',
      code: "metri",
      line: 8,
      kind: "expression",
      exported: false,
      declares: [],
      reads: ["metric", "rows"],
    },
    { text: "rows", code: "rows", line: 10, kind: "expression", exported: false, declares: [], reads: ["rows"] },
  ]);
  const { start = -1, end = -1 } = facts.lastExpression ?? {};
  expect(source.slice(start, end)).toBe("rows");
});

test.each([
  ["const f = () => 1", "function"],
  ["const f = async function* () {}", "function"],
  ["let f = () => 1", "variable"],
  ["const f = () => 1, g = 2", "variable"],
  ["const C = class {}", "class"],
  ["class C {}", "class"],
  ["enum E {}", "enum"],
  ["namespace N {}", "namespace"],
  ["interface I {}", "type"],
  ["type T = 1", "type"],
  ["import 'x'", "import"],
  ["import x = require('x')", "import"],
  ["for (var i = 0;;);", "expression"],
  ["if (a) { var b }", "expression"],
  ["f()", "expression"],
])("notebookFacts() calls %s a %s", (source, kind) => {
  expect(cellFacts(source, { speed: "bind" }).statements[0]?.kind).toBe(kind);
});

test("notebookFacts() knows what functions read, assign, change and call", () => {
  const [first] = cellFacts(
    "function f(rows, { list }, n) { rows.push(state.x + 1); list.sort(); count++; cache.x = 1; helper(rows[0], n); return f(rows) }\nconst helper = (r) => Math.abs(r.v) + offset",
    { speed: "bind" },
  ).declarations;
  expect(first).toMatchObject({
    name: "f",
    kind: "function",
    functionLike: true,
    free: ["state", "count", "cache", "helper"],
    assigns: ["count"],
    mutates: ["cache"],
    mutatesParams: [0, 1],
    calls: [{ callee: "helper", args: ["#0", "#2"] }],
  });
});

test("notebookFacts() gives calls with the names of their arguments", () => {
  expect(cellFacts("f(a, 1, b.c, ...d); new G(a); rows.forEach(f)", { speed: "bind" }).calls).toEqual([
    { callee: "f", args: ["a", null, "b", "d"] },
    { callee: "G", args: ["a"] },
    // Functions handed over are called with what the caller has: the row, perhaps its key, and the whole list.
    { callee: "f", args: ["rows", "rows", "rows"] },
  ]);
  // What a function of a later cell does is not known: what an argument holds counts as the argument.
  expect(
    cellFacts("later(rows.filter((r) => r.ok)); const own = (x) => x; own(rows.filter((r) => r.ok)); done()", {
      speed: "bind",
    }).calls,
  ).toEqual([{ callee: "later", args: ["rows"] }]);
  // One call for each of the things that an argument may be.
  expect(cellFacts("const f = (x) => x; const r = a ? b : c; f(r)", { speed: "bind" }).calls).toEqual([
    { callee: "f", args: ["r"] },
    { callee: "f", args: ["b"] },
    { callee: "f", args: ["c"] },
  ]);
});

test("notebookFacts() finds params that are not bound, and literals of a parameters cell", () => {
  const facts = cellFacts(
    'const n = 16;\nlet name = "a", list = [1, -2], on = true, computed = n * 2;\nimport { param as p } from "tagline";\nconst o = { k: p("k", 0.5, { choices: [0.5, 1] }) };\nconst q = p("q", n);',
    { speed: "bind", tags: ["parameters"] },
  );
  expect(facts.params.map(({ initializer: _, line: __, ...param }) => param)).toEqual([
    { name: "n", variable: "n", default: 16, type: "number", explicit: false },
    { name: "name", variable: "name", default: "a", type: "string", explicit: false },
    { name: "list", variable: "list", default: [1, -2], type: "json", explicit: false },
    { name: "on", variable: "on", default: true, type: "boolean", explicit: false },
    { name: "k", variable: null, default: 0.5, type: "number", choices: [0.5, 1], explicit: true },
    { name: "q", variable: "q", type: "json", explicit: true },
  ]);
});

test("notebookFacts() does not take a function called param for Tagline's where the cell or another package makes it", () => {
  expect(cellFacts('const param = (x, y) => y; param("a", 1)', { speed: "bind" }).params).toEqual([]);
  expect(cellFacts('import { param } from "else"; param("a", 1)', { speed: "bind" }).params).toEqual([]);
  expect(cellFacts('param("a", 1)', { speed: "bind" }).params).toHaveLength(1);
  expect(
    cellFacts('import * as tl from "tagline"; tl.param("a", 1); tl.metric("m", 2)', { speed: "bind" }),
  ).toMatchObject({ params: [{ name: "a" }], metrics: ["m"] });
});

test.each([
  [
    'read("data.csv"); read("./a/b"); read("C:/x.txt"); read("../up/file.arrow")',
    ["data.csv", "./a/b", "C:/x.txt", "../up/file.arrow"],
  ],
  ['fetch("https://x.org/a.csv"); f("text/html"); f("hello. World"); f("a / b"); f("3.14"); f("x\\n/y")', []],
  ['import x from "./mod.js"; import("./m.js"); require("./r.js"); f(`t/u.json`)', ["t/u.json"]],
])("notebookFacts() finds paths in %s", (source, paths) => {
  expect(cellFacts(source, { speed: "bind" }).paths).toEqual(paths);
});

test.each([
  ["const x = 1 // one", "const x=1;", true],
  ["f(a,\n  b)", "f(a, b)", true],
  ["a\n;[1].x", "a; [1].x;", true],
  ["a\n[1].x", "a; [1].x", false],
  ["/a b/.test(x)", "/a  b/.test(x)", false],
  ["`a b`", "`a  b`", false],
  ["`a${ b }c`", "`a${b}c`", true],
  ["x / y / z", "x/y/z", true],
  ["/** doc */ function f() { return 1 }", "function f() { return 1; }", true],
  ["const x = 1", "const x = 2", false],
  ["'a'", '"a"', false],
])("the canonical hashes of %j and %j are equal: %s", (one, other, equal) => {
  const [a, b] = [one, other].map((source) => cellFacts(source, { speed: "bind" }).canonicalHash);
  expect(a === b).toBe(equal);
});

test("notebookFacts() threads types from cell to cell", () => {
  const facts = notebookFacts(
    cellsOf(
      "import * as aq from 'arquero'; import * as tf from '@tensorflow/tfjs'; interface Row { a: number }",
      "const rows: Row[] = [{ a: 1 }]; const dt = aq.from(rows); const xs = tf.tensor1d([1]); const model = tf.sequential(); const f = () => rows",
      "const n = rows.length; const p = Promise.resolve(rows); const first = rows[0]; const it = rows.values(); const nothing = null; const s = Symbol(); const w = new WeakMap(); const u = n > 1 ? 'a' : 2; const loss = tf.losses.meanSquaredError(xs, xs); const derived = dt.derive({ b: () => 1 }); const any = JSON.parse('1'); class K {}",
    ),
    { folder, speed: "check" },
  );
  const [, middle, last] = [...facts.values()];
  expect(declared(middle, "rows")).toEqual({ type: "Row[]", shape: "object" });
  expect(declared(middle, "dt")?.shape).toBe("immutable");
  expect(declared(middle, "xs")).toEqual({ type: "tf.Tensor1D", shape: "immutable" });
  expect(declared(middle, "model")?.shape).toBe("object");
  expect(declared(middle, "f")).toEqual({ type: "() => Row[]", shape: "callable" });
  expect(declared(last, "n")).toEqual({ type: "number", shape: "primitive" });
  expect(declared(last, "p")).toEqual({ type: "Promise<Row[]>", shape: "unstorable" });
  expect(declared(last, "first")).toEqual({ type: "Row", shape: "object" });
  expect(declared(last, "it")?.shape).toBe("unstorable");
  expect(declared(last, "s")?.shape).toBe("unstorable");
  expect(declared(last, "w")?.shape).toBe("unstorable");
  expect(declared(last, "u")).toEqual({ type: '"a" | 2', shape: "primitive" });
  expect(declared(last, "loss")?.shape).toBe("immutable");
  expect(declared(last, "derived")?.shape).toBe("immutable");
  expect(declared(last, "any")).toEqual({ type: "any", shape: "unknown" });
  expect(declared(last, "K")).toEqual({ type: "typeof K", shape: "callable" });
});

test("notebookFacts() treats a global that another cell declares as that cell's name", () => {
  for (const speed of ["bind", "check"] as const) {
    const facts = notebookFacts(
      cellsOf(
        "const name = 'a', crypto = 1",
        "console.log(name, crypto, performance)",
        "function f() { return crypto }",
      ),
      { folder, speed },
    );
    expect(facts.get("c1")?.reads.map((use) => use.name)).toEqual(["name", "crypto"]);
    expect(facts.get("c1")?.globals.map((use) => use.name)).toEqual(["console", "performance"]);
    expect(facts.get("c2")?.declarations[0]?.free).toEqual(["crypto"]);
  }
});

test("notebookFacts() looks again only at cells that see something else", () => {
  const options = { folder, speed: "check" } as const;
  const cells = ["const a = [1]", "const b = a.length", "const c = 'x'", "const d = a[0]"];
  const before = notebookFacts(cellsOf(...cells), options);
  const after = notebookFacts(cellsOf("const a = ['now text']", ...cells.slice(1)), options);
  expect(after.get("c0")).not.toBe(before.get("c0"));
  expect(after.get("c2")).toBe(before.get("c2"));
  expect(declared(after.get("c3"), "d")).toEqual({ type: "string", shape: "primitive" });
  expect(declared(before.get("c3"), "d")).toEqual({ type: "number", shape: "primitive" });
  // The same cells in another order of ids are the same work.
  expect(notebookFacts(cellsOf(...cells), options).get("c3")).toBe(before.get("c3"));
});

test("notebookFacts() gives syntax errors with their places, and what it can besides", () => {
  const facts = cellFacts("const a = 1;\nconst b = (;", { speed: "bind" });
  expect(facts.errors).toEqual([{ message: "Expression expected.", line: 2, column: 12, code: 1109 }]);
  expect(facts.declarations.map((found) => found.name)).toEqual(["a", "b"]);
});

test("notebookFacts() tells imports of types from imports of values", () => {
  const source =
    "import { PathLike, Stats, readFileSync } from 'node:fs'; import type { ColumnTable } from 'arquero'; let p: PathLike; readFileSync(p)";
  const typeOnly = (speed: "bind" | "check") =>
    Object.fromEntries(cellFacts(source, { speed, folder }).imports.map((found) => [found.local, found.typeOnly]));
  expect(typeOnly("check")).toEqual({ PathLike: true, Stats: false, readFileSync: false, ColumnTable: true });
  expect(typeOnly("bind")).toEqual({ PathLike: true, Stats: false, readFileSync: false, ColumnTable: true });
});

test("notebookFacts() lists types apart from values", () => {
  const facts = cellFacts(
    "interface A { b: B }\nconst x: A | C = make<D>();\nfunction f(e: E): Record<string, F> { return null }\nlet y: typeof x",
    { speed: "bind" },
  );
  expect(facts.statements.map((statement) => statement.types)).toEqual([["B"], ["A", "C", "D"], ["E", "F"], ["x"]]);
  expect(facts.declarations.map((found) => [found.name, found.types])).toEqual([
    ["A", ["B"]],
    ["x", ["A", "C", "D"]],
    ["f", ["E", "F"]],
    ["y", ["x"]],
  ]);
});

test("notebookFacts() reads a changed TypeScript file beside the notebook again", () => {
  const own = mkdtempSync(join(tmpdir(), "tagline-facts-"));
  const look = () =>
    notebookFacts(cellsOf("import { make } from './tools'", "const x = make()"), { folder: own, speed: "check" }).get(
      "c1",
    );
  writeFileSync(join(own, "tools.ts"), "export const make = () => 1;");
  expect(declared(look(), "x")?.type).toBe("number");
  writeFileSync(join(own, "tools.ts"), "export const make = () => 'text, and longer';");
  utimesSync(join(own, "tools.ts"), 1, 1);
  expect(declared(look(), "x")?.type).toBe("string");
});

test("notebookFacts() sees a package that was installed since", () => {
  const own = mkdtempSync(join(tmpdir(), "tagline-facts-"));
  const look = () =>
    notebookFacts(cellsOf("import { made } from 'made-now'", "const x = made"), { folder: own, speed: "check" }).get(
      "c1",
    );
  expect(declared(look(), "x")?.type).toBe("any");
  const folderOfPackage = join(own, "node_modules/made-now");
  mkdirSync(folderOfPackage, { recursive: true });
  writeFileSync(
    join(folderOfPackage, "package.json"),
    '{"name": "made-now", "type": "module", "exports": {"types": "./i.d.ts", "default": "./i.js"}}',
  );
  writeFileSync(join(folderOfPackage, "i.js"), "export const made = 1;");
  writeFileSync(join(folderOfPackage, "i.d.ts"), "export const made: number;");
  expect(declared(look(), "x")?.type).toBe("number");
});
