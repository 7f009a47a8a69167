import { expect, test } from "vitest";
import { Session } from "./session.js";

/** Declaration texts of all names after the cells ran. */
async function scopeAfter(...cells: readonly string[]): Promise<Record<string, string>> {
  const session = new Session();
  await session.runAll(...cells);
  return Object.fromEntries(
    [...session.scope.names.values()].map((found) => [found.name, found.declaration.replace(/\s+/g, " ")]),
  );
}

test.each<readonly [cells: readonly string[], scope: Readonly<Record<string, string>>]>([
  [["let x = 1"], { x: "declare let x: number;" }],
  [["const x = 1"], { x: "declare const x = 1;" }],
  [["const kind = 'a' as 'a' | 'b'"], { kind: 'declare let kind: "a" | "b";' }],
  [["const rows = [{ a: 1 }]"], { rows: "declare let rows: { a: number; }[];" }],
  [["const { a, b: [c] } = { a: 1, b: ['x'] }"], { a: "declare let a: number;", c: "declare let c: string;" }],
  [["function f(x: number) { return [x] }"], { f: "declare function f(x: number): number[];" }],
  [
    ["/** Doubles. */\nfunction f(x: number) { return x * 2 }"],
    { f: "/** Doubles. */ declare function f(x: number): number;" },
  ],
  [["class A { private x = 1; y(): A { return this } }"], { A: "declare class A { private x; y(): A; }" }],
  [["interface R { a: number }"], { R: "interface R { a: number; }" }],
  [["type R<T> = T[]"], { R: "type R<T> = T[];" }],
  [["enum E { A = 1 }"], { E: "declare enum E { A = 1 }" }],
  [
    ["import * as aq from 'arquero'; import path, { join as j } from 'node:path'"],
    {
      aq: 'import * as aq from "arquero";',
      path: 'import path from "node:path";',
      j: 'import { join as j } from "node:path";',
    },
  ],
  [
    ["import { Stats } from 'node:fs'; import { PathLike } from 'node:fs'"],
    { Stats: 'import { Stats } from "node:fs";', PathLike: 'import type { PathLike } from "node:fs";' },
  ],
  [
    ["import { type ColumnTable, table } from 'arquero'"],
    { ColumnTable: 'import type { ColumnTable } from "arquero";', table: 'import { table } from "arquero";' },
  ],
  [
    ["import { ColumnTable as T } from 'arquero'; import type { Table } from 'arquero'"],
    {
      T: 'import { ColumnTable as T } from "arquero";',
      Table: 'import type { Table } from "arquero";',
    },
  ],
  [["export const x = 'a' as string"], { x: "declare let x: string;" }],
  [["for (var i = 0; i < 1; i++) { var j = 'a' }"], { i: "declare let i: number;", j: "declare let j: string;" }],
  // A constant that a later cell assigns to is no constant.
  [["const x = 1", "x = 2"], { x: "declare let x: number;" }],
  [["const x = 1", "x = 'a'"], { x: "declare let x: any;" }],
  // Types that other names mention outlive their redeclaration, under another name.
  [
    ["interface R { a: number }\nconst rows: R[] = []", "interface R { b: string }"],
    {
      rows: "declare let rows: R$1[];",
      R$1: "interface R$1 { a: number; }",
      R: "interface R { b: string; }",
    },
  ],
  // Nobody mentions the old one any more.
  [
    ["interface R { a: number }\nconst rows: R[] = []", "interface R { b: string }", "const rows = [1]"],
    {
      R: "interface R { b: string; }",
      rows: "declare let rows: number[];",
    },
  ],
  [
    ["interface R { a: number; next?: R }\ninterface S { r: R }\nconst s: S = null", "type R = 1"],
    {
      S: "interface S { r: R$1; }",
      s: "declare let s: S;",
      R$1: "interface R$1 { a: number; next?: R$1; }",
      R: "type R = 1;",
    },
  ],
  [
    ["import { ColumnTable } from 'arquero'; const t: ColumnTable = null", "class ColumnTable {}"],
    {
      t: "declare let t: ColumnTable$1;",
      ColumnTable$1: 'import { ColumnTable as ColumnTable$1 } from "arquero";',
      ColumnTable: "declare class ColumnTable { }",
    },
  ],
  // Run again without a change: old and new are one.
  [
    [
      "class A { private x = 1 }\ninterface R { a: A }",
      "const list: A[] = []; let r: R",
      "class A { private x = 1 }\ninterface R { a: A }",
    ],
    {
      list: "declare let list: A[];",
      r: "declare let r: R;",
      A: "declare class A { private x; }",
      R: "interface R { a: A; }",
    },
  ],
  [
    ["class A { private x = 1 }\ninterface R { a: A }", "let r: R", "class A { private y = 1 }\ninterface R { a: A }"],
    {
      r: "declare let r: R$1;",
      A$1: "declare class A$1 { private x; }",
      R$1: "interface R$1 { a: A$1; }",
      A: "declare class A { private y; }",
      R: "interface R { a: A; }",
    },
  ],
  [
    ["import { PathLike } from 'node:fs'", "let p: PathLike", "import { PathLike } from 'node:fs'"],
    {
      p: "declare let p: PathLike;",
      PathLike: 'import type { PathLike } from "node:fs";',
    },
  ],
])("after %j the next cell sees %j", async (cells, scope) => {
  expect(await scopeAfter(...cells)).toEqual(scope);
});

test("a name whose type cannot be written does not spoil the others", async () => {
  const scope = await scopeAfter(
    "const make = () => class { private secret = 1 };\nfunction id<T>(x: T) { return x }\ninterface R { a: number }",
  );
  expect(scope["id"]).toBe("declare function id<T>(x: T): T;");
  expect(scope["R"]).toBe("interface R { a: number; }");
  expect(scope["make"]).toMatch(/^declare let make: /);
});

test("a cell does not see declarations that it does not mention", async () => {
  const session = new Session();
  // A broken declaration would be reported if it were looked at: this one names a package that is not there.
  session.scope = {
    names: new Map([
      ["x", { name: "x", declaration: "declare let x: import('nowhere').X;", mentions: [], hasValue: true }],
    ]),
  };
  expect(await session.run("1 + 1")).toBe(2);
});

test("types of tables go from cell to cell", async () => {
  const session = new Session();
  await session.runAll(
    "import * as aq from 'arquero'",
    "const dt = aq.table({ a: [1, 2] })",
    "const means = dt.rollup({ m: aq.op.mean('a') })",
  );
  expect(session.scope.names.get("means")?.declaration).toBe("declare let means: aq.ColumnTable;");
  expect(session.compile("means.nothing()").diagnostics).toHaveLength(1);
});
