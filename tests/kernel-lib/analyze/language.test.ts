// biome-ignore-all lint/suspicious/noTemplateCurlyInString: cells are code in strings
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCellCompiler, emptyScope } from "../../../kernel-lib/src/analyze/index.js";
import { compiler, Session } from "./session.js";

/** Completions at the `|` in the source, after those cells. */
async function completionsAt(
  source: string,
  ...before: readonly string[]
): Promise<{ names: string[]; start: number; end: number }> {
  const session = new Session();
  await session.runAll(...before);
  const offset = source.indexOf("|");
  const { items, start, end } = compiler.complete(source.replace("|", ""), offset, session.scope);
  return { names: items.map((item) => item.name), start, end };
}

test("complete() offers members of a name of an earlier cell", async () => {
  const found = await completionsAt("rows[0].al|", "const rows = [{ alpha: 1, beta: 2 }]");
  expect(found).toEqual({ names: ["alpha"], start: 8, end: 10 });
});

test("complete() offers names of earlier cells, of this cell and globals", async () => {
  const { names } = await completionsAt("const myLocal = 1; my|", "const myRows = 1; function myFunction() {}");
  expect(names.sort()).toEqual(["myFunction", "myLocal", "myRows"]);
  expect((await completionsAt("setTim|")).names).toEqual(["setTimeout"]);
});

test("complete() offers members of packages", async () => {
  const { names } = await completionsAt("aq.fromA|", "import * as aq from 'arquero'");
  expect(names).toContain("fromArrow");
});

test("complete() works in the middle of broken code", async () => {
  expect((await completionsAt("foo(Math.ab|")).names).toEqual(["abs"]);
});

test("complete() hides the names under which redeclared types live on", async () => {
  const { names } = await completionsAt(
    "const x: Ro|",
    "interface Row { a: number }; const rows: Row[] = []",
    "interface Row { b: string }",
  );
  expect(names).toEqual(["Row"]);
});

test("complete() goes on working between runs of cells", async () => {
  const session = new Session();
  await session.run("const first = { one: 1 }");
  expect(compiler.complete("first.", 6, session.scope).items.map((item) => item.name)).toEqual(["one"]);
  await session.run("const second = { two: first.one }");
  expect(compiler.complete("second.", 7, session.scope).items.map((item) => item.name)).toEqual(["two"]);
  expect(await session.run("second.two")).toBe(1);
});

test("inspect() tells the type and the documentation", async () => {
  const session = new Session();
  await session.run("/** Doubles a number.\n * @param x what to double */\nfunction twice(x: number) { return x * 2 }");
  expect(compiler.inspect("twice(4)", 2, session.scope)).toEqual({
    signature: "function twice(x: number): number",
    documentation: "Doubles a number.\n\n*@param* x what to double",
  });
});

test("complete() offers files beside the notebook and Node's modules, by what of the path is typed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-language-"));
  writeFileSync(join(folder, "helper.ts"), "export const a = 1;");
  const { items, start, end } = createCellCompiler({ folder }).complete("import a from './he'", 19, emptyScope);
  expect([items.map((item) => item.name), start, end]).toEqual([["helper"], 17, 19]);
  rmSync(folder, { recursive: true });
  expect((await completionsAt("import { a } from 'node:http|'")).names).toEqual([
    "node:http",
    "node:http2",
    "node:https",
  ]);
});

test("inspect() tells what is called, among its arguments; and nothing of a name that nobody knows", async () => {
  const session = new Session();
  await session.run("function add(a: number, b = 1) { return a + b }");
  const signatureAt = (source: string): string | undefined =>
    compiler.inspect(source.replace("|", ""), source.indexOf("|"), session.scope)?.signature;
  const signature = "function add(a: number, b?: number): number";
  expect([signatureAt("add(1, |"), signatureAt("Math.max(add(|"), signatureAt("[add(1, | )]")]).toEqual([
    signature,
    signature,
    signature,
  ]);
  expect([signatureAt("nope|"), signatureAt("nope(|"), signatureAt("if (add) |")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a class that extends a builtin one has the members of that in later cells", async () => {
  const session = new Session();
  await session.runAll("class Stack extends Array<number> { top() { return this.at(-1) } }\nconst stack = new Stack()");
  expect(await session.run("stack.push(1, 2)\nstack.top()")).toBe(2);
  expect(compiler.complete("stack.pu", 8, session.scope).items.map((item) => item.name)).toEqual(["push"]);
});

test("inspect() takes the word before the place where it ends", () => {
  expect(compiler.inspect("const abc = 'x'; abc", 20, emptyScope)?.signature).toBe('const abc: "x"');
  expect(compiler.inspect("   ", 1, emptyScope)).toBeNull();
});

test.each([
  ["1 + 1", "complete", ""],
  ["", "complete", ""],
  ["// only a comment", "complete", ""],
  ["const x =", "incomplete", ""],
  ["foo(", "incomplete", "  "],
  ["function f() {", "incomplete", "  "],
  ["  if (a) {\n    b()", "incomplete", "    "],
  ["{ a: 1,", "incomplete", ""],
  ["`abc", "incomplete", ""],
  ["`a${b", "incomplete", ""],
  ["/* abc", "incomplete", ""],
  ["1 +", "incomplete", ""],
  ["1 + // and then", "incomplete", ""],
  ["[1, 2", "incomplete", ""],
  ["if (x)", "incomplete", ""],
  ["class A {", "incomplete", "  "],
  ["x.", "incomplete", ""],
  ["const s = 'abc", "complete", ""],
  ["const 1x = 2", "complete", ""],
  ["foo)", "complete", ""],
  ["function f() {}", "complete", ""],
  ["await x", "complete", ""],
  ["{ a: 1 }", "complete", ""],
])("isComplete() says that %j is %s", (source, status, indent) => {
  expect(compiler.isComplete(source)).toEqual({ status, indent });
});
