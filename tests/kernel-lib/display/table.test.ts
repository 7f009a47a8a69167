import * as aq from "arquero";
import { expect, test } from "vitest";
import { showTable, type TableOptions } from "../../../kernel-lib/src/display/show-table.js";

function text(value: unknown, options?: TableOptions): string[] {
  return String(showTable(value, options).data["text/plain"]).split("\n");
}

function html(value: unknown, options?: TableOptions): string {
  return String(showTable(value, options).data["text/html"]);
}

const left = "text-align:left;white-space:nowrap";
const right = "text-align:right;white-space:nowrap";
const type = (name: string) => `<br><small style="font-weight:normal;opacity:.7">${name}</small>`;
const index = (place: number) => `<th style="text-align:right;font-weight:normal;opacity:.5">${place}</th>`;

test("a table is shown with types, rows and size; HTML in it stays text", () => {
  expect(showTable(aq.table({ "<i>": ["<b>", null], n: [1.23456789, 2] }))).toEqual({
    data: {
      "text/html": [
        '<div class="tagline-table"><div style="overflow-x:auto"><table class="dataframe" style="margin:0">',
        `<thead><tr><th></th><th style="${left}">&lt;i&gt;${type("string")}</th><th style="${right}">n${type("number")}</th></tr></thead>`,
        `<tbody><tr>${index(0)}<td style="${left}">&lt;b&gt;</td><td style="${right}" title="1.23456789">1.23457</td></tr>`,
        `<tr>${index(1)}<td style="${left};opacity:.6">null</td><td style="${right}">2</td></tr></tbody>`,
        '</table></div><p style="margin:4px 0;opacity:.7">2 rows × 2 columns</p></div>',
      ].join(""),
      "text/plain": "<i>           n\nstring   number\n<b>     1.23457\nnull          2\n2 rows × 2 columns",
    },
    metadata: {},
  });
});

test("values that differ look different, and lines are aligned as a terminal shows them", () => {
  const table = aq.table({
    text: ["plain", "", "null", " edge", "日本語", "👩‍👩‍👧 fam", "e\u0301", "two\nlines", null, undefined],
    number: [1, -0, Number.NaN, null, undefined, 1234567.8, 0.000123456789, 1e21, -Infinity, 123456789],
    big: [1n, 2n, null, 4n, 5n, 6n, 7n, 8n, 9n, 10n],
    date: [new Date(0), new Date("2020-01-02T03:04:05Z"), new Date(Number.NaN), null, ...Array(6).fill(new Date(1e12))],
    any: [[1, 2], { a: { b: { c: 1 } } }, "12", 12, true, new Map([[1, 2]]), "x".repeat(99), Symbol("s"), 3n, () => 1],
  });
  expect(text(table)).toEqual([
    "text            number     big  date                      any",
    "string          number  bigint  date                      mixed",
    "plain                1      1n  1970-01-01                [ 1, 2 ]",
    '""                  -0      2n  2020-01-02T03:04:05.000Z  { a: { b: [Object] } }',
    '"null"             NaN    null  Invalid Date              "12"',
    '" edge"           null      4n  null                      12',
    "日本語       undefined      5n  2001-09-09T01:46:40.000Z  true",
    "👩‍👩‍👧 fam         1234568      6n  2001-09-09T01:46:40.000Z  Map(1) { 1 => 2 }",
    "e\u0301          0.000123457      7n  2001-09-09T01:46:40.000Z  xxxxxxxxxxxxxxxxxxxxxxx…",
    "two↵lines        1e+21      8n  2001-09-09T01:46:40.000Z  Symbol(s)",
    "null         -Infinity      9n  2001-09-09T01:46:40.000Z  3n",
    "undefined    123456789     10n  2001-09-09T01:46:40.000Z  [Function (anonymous)]",
    "10 rows × 5 columns",
  ]);
});

test("a long table holds ten pages to leaf through; without a style sheet the first one is seen", () => {
  const long = html(aq.table({ n: Array.from({ length: 5000 }, (_, n) => n) }));
  expect(long.match(/<td/g)).toHaveLength(100);
  expect(long.match(/<tbody>/g)).toHaveLength(1);
  expect(long.match(/<tbody hidden style="display:none">/g)).toHaveLength(9);
  expect(long.match(/<input type="radio" name="page"[^>]*>\d+/g)?.map((button) => button.replace(/^.*>/, ""))).toEqual([
    ..."123456789".split(""),
    "10",
  ]);
  expect(long).toContain('<form class="tagline-pages" style="display:none"');
  expect(long).toContain('5,000 rows × 1 column<span class="tagline-place">, rows 1–10 of 5,000</span>');
});

test.each<[TableOptions, string[]]>([
  [{ page: 3, pageSize: 2 }, ["4", "5", "95 rows × 1 column, rows 5–6 of 95"]],
  [{ page: 48, pageSize: 2 }, ["94", "95 rows × 1 column, rows 95–95 of 95"]],
  [
    { page: 999, pageSize: 60 },
    [...Array.from({ length: 35 }, (_, n) => String(n + 60)), "95 rows × 1 column, rows 61–95 of 95"],
  ],
  [{ page: -1, pageSize: 0 }, ["0", "95 rows × 1 column, rows 1–1 of 95"]],
  [{ page: Number.NaN, pageSize: 1e9 }, [...Array.from({ length: 95 }, (_, n) => String(n)), "95 rows × 1 column"]],
])("a page can be asked for: %o", (options, rows) => {
  const table = aq.table({ n: Array.from({ length: 95 }, (_, n) => n) });
  expect(
    text(table, options)
      .slice(2)
      .map((line) => line.trim()),
  ).toEqual(rows);
});

test("a filtered and ordered table is shown as it is", () => {
  const table = aq
    .table({ n: [3, 1, 2] })
    .filter((row: { n: number }) => row.n > 1)
    .orderby("n");
  expect(text(table)).toEqual(["     n", "number", "     2", "     3", "2 rows × 1 column"]);
});

test("rows, plain values, columns, Maps and Sets are tables too; a getter of a row is not called", () => {
  const rows = [
    { a: 1 },
    {
      b: "x",
      get a(): never {
        throw new Error("called");
      },
    },
    7,
  ];
  expect(text(rows)).toEqual([
    "        a  b              value",
    "   number  string        number",
    "        1  undefined  undefined",
    " [Getter]  x          undefined",
    "undefined  undefined          7",
    "3 rows × 3 columns",
  ]);
  expect(text({ x: [1, 2], y: new Float64Array([0.5]) })).toEqual([
    "     x          y",
    "number     number",
    "     1        0.5",
    "     2  undefined",
    "2 rows × 2 columns",
  ]);
  expect(text(new Map([["k", 1]]))).toEqual([
    "key      value",
    "string  number",
    "k            1",
    "1 row × 2 columns",
  ]);
  expect(text(new Set(["a"]))).toEqual(["value", "string", "a", "1 row × 1 column"]);
  expect(text([])).toEqual(["0 rows × 0 columns"]);
  expect(text(aq.table({}))).toEqual(["0 rows × 0 columns"]);
});

test("columns can be chosen; one that is not there is refused, as is what is no table", () => {
  expect(text([{ a: 1, b: 2, c: 3 }], { columns: ["c", "a"] })).toEqual([
    "     c       a",
    "number  number",
    "     3       1",
    "1 row × 2 columns",
  ]);
  expect(() => showTable([{ a: 1 }], { columns: ["z"] })).toThrow("Cannot show the column z: the table has a");
  for (const value of [5, null, "text", { a: 1 }, new Proxy([], {})])
    expect(() => showTable(value)).toThrow("Cannot show this as a table");
});

test("a wide table names in text what a line cannot hold, and its HTML scrolls and stops at forty columns", () => {
  const wide = aq.table(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`column${n}`, [n]])));
  const lines = text(wide);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(lines[3]).toMatch(/^… 47 more columns: column13, column14, /);
  expect(html(wide).match(/<td/g)).toHaveLength(40);
  expect(html(wide)).toContain("1 row × 60 columns, 20 of them not shown");
  expect(html(wide)).toContain('<div style="overflow-x:auto">');
});

test("what a table holds of huge values and control characters is bounded and clean", () => {
  const table = aq.table({
    text: ["x".repeat(1e6), "\u001b[31mred\u0007", "\u202Eabc"],
    list: [Array(1e6).fill(1), 1, 2],
  });
  expect(html(table).length).toBeLessThan(5_000);
  expect(text(table).slice(2, 5)).toEqual([
    "xxxxxxxxxxxxxxxxxxxxxxx…  [ 1, 1, 1, 1, 1, 1, 1, …",
    "�[31mred�                 1",
    "�abc                      2",
  ]);
});
