import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { importModule, readyProjectModules, requireFrom } from "../../../../kernel-lib/src/analyze/import-module.js";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A notebook's folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tagline-modules-test-")));
  folders.push(folder);
  write(folder, files);
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** `require` of a notebook in the folder. */
async function requireOf(folder: string): Promise<NodeJS.Require> {
  await readyProjectModules();
  return requireFrom(pathToFileURL(join(folder, "notebook.ipynb")).href);
}

test("importModule() takes the new text of a file, and of one that it imports", async () => {
  const folder = folderWith({
    "deep.ts": "export const deep: number = 20;",
    "tools.ts":
      'import { deep } from "./deep.js";\nexport const sum = (x: number): number => x + deep;\nexport const here = import.meta.url;',
  });
  const first = await importModule("./tools.ts", folder);
  expect((first["sum"] as (x: number) => number)(1)).toBe(21);
  expect(first["here"]).toBe(pathToFileURL(join(folder, "tools.ts")).href);
  expect(await importModule("./tools", folder)).toBe(first);
  write(folder, { "deep.ts": "export const deep: number = 40;" });
  const second = await importModule("./tools.js", folder);
  expect((second["sum"] as (x: number) => number)(1)).toBe(41);
});

test("importModule() takes the new text of JavaScript, CommonJS and JSON behind it, too", async () => {
  const folder = folderWith({
    "all.mjs":
      'import one from "./one.cjs"; import data from "./data.json"; export { two } from "./two.js"; export const all = [one.v, data.v];',
    "one.cjs": 'exports.v = require("./zero.cjs").v;',
    "zero.cjs": "exports.v = 1;",
    "two.js": "export const two = 2;",
    "data.json": '{ "v": 3 }',
  });
  const { all, two } = await importModule("./all.mjs", folder);
  expect([all, two]).toEqual([[1, 3], 2]);
  write(folder, { "zero.cjs": "exports.v = 10;", "two.js": "export const two = 20;", "data.json": '{ "v": 30 }' });
  const now = await importModule("./all.mjs", folder);
  expect([now["all"], now["two"]]).toEqual([[10, 30], 20]);
});

test("a module that did not change keeps its state, though one that imports it did", async () => {
  const folder = folderWith({
    "state.ts": "export let count = 0;\nexport function inc() { count += 1; }",
    "user.ts": 'import { inc } from "./state"; inc(); export const text = "a";',
  });
  await importModule("./user", folder);
  write(folder, { "user.ts": 'import { inc } from "./state"; inc(); export const text = "b";' });
  expect((await importModule("./user", folder))["text"]).toBe("b");
  expect((await importModule("./state", folder))["count"]).toBe(2);
});

test("files may import each other in a circle", async () => {
  const folder = folderWith({
    "even.ts": 'import { isOdd } from "./odd"; export const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);',
    "odd.ts": 'import { isEven } from "./even"; export const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);',
  });
  const { isEven } = await importModule("./even", folder);
  expect((isEven as (n: number) => boolean)(10)).toBe(true);
});

// That `import` and `require` share one module is seen in the kernel: the test runner's own `import` keeps copies.
test("require gives TypeScript, by whatever ending it is named", async () => {
  const folder = folderWith({
    "state.ts": "export let count = 0;\nexport function inc(): void { count += 1; }",
    "page.tsx": "export const page: string = 'page';",
    "deep.mts": "export const deep: string = 'deep';",
  });
  const load = await requireOf(folder);
  load("./state.js").inc();
  expect(load("./state").count).toBe(1);
  expect([load("./page").page, load("./page.jsx").page, load("./deep.mjs").deep]).toEqual(["page", "page", "deep"]);
});

test("TypeScript's own forms of CommonJS run", async () => {
  const folder = folderWith({
    "old.cts":
      'import fs = require("node:fs");\nconst there: boolean = fs.existsSync(__dirname);\nexport = { there, __filename };',
    "equals.ts": 'import path = require("node:path");\nexport const base: string = path.basename(__filename);',
    "mixed.cts": 'import { base } from "./equals";\nexport const again = base; export default 5;',
  });
  const old = await importModule("./old.cts", folder);
  expect({ ...old }).toEqual({
    there: true,
    __filename: join(folder, "old.cts"),
    default: { there: true, __filename: join(folder, "old.cts") },
  });
  expect({ ...(await importModule("./equals", folder)) }).toEqual({ base: "equals.ts" });
  expect({ ...(await importModule("./mixed.cts", folder)) }).toEqual({ again: "equals.ts", default: 5 });
});

test("what is only a type in another file is neither imported nor exported", async () => {
  const folder = folderWith({
    "types.ts": "export interface Row { a: number }\nexport type Name = string;\nexport const real = 1;",
    "declared.d.ts": "export interface Far { b: number }",
    "user.ts":
      'import { Row, real } from "./types";\nimport { Far } from "./declared";\nimport type { Name } from "./types";\nexport { Row, Name };\nexport { Row as Row2, real as two } from "./types";\nexport const row: Row & Far = { a: real, b: 2 };',
  });
  expect({ ...(await importModule("./user", folder)) }).toEqual({ row: { a: 1, b: 2 }, two: 1 });
});

test("packages, built-in modules and JSON are exported on, and import() waits until it runs", async () => {
  const folder = folderWith({
    "node_modules/old/index.js": 'for (const name of ["a", "b"]) exports[name] = name;',
    "data.json": '{ "rows": 2 }',
    "all.ts": [
      'import old, { a } from "old";',
      'export { b, default as old } from "old";',
      'export { default as data } from "./data.json";',
      'export * as all from "./data.json" with { type: "json" };',
      'export { sep } from "node:path";',
      'export const has = [a, old.b, __filename, require("./data.json").rows];',
      'export const later = () => import("./nowhere");',
      'const name = "old"; export const found = async () => (await import(name)).a;',
    ].join("\n"),
  });
  const { later, found, ...rest } = await importModule("./all", folder);
  expect(rest).toEqual({
    b: "b",
    old: { a: "a", b: "b" },
    data: { rows: 2 },
    all: { rows: 2, default: { rows: 2 } },
    sep: "/",
    has: ["a", "b", join(folder, "all.ts"), 2],
  });
  expect(await (found as () => Promise<string>)()).toBe("a");
  await expect((later as () => Promise<unknown>)()).rejects.toThrow(`there is no file ${join(folder, "nowhere")}`);
});

test("a .tsx file runs with its own React, or what its pragma names", async () => {
  const folder = folderWith({
    "own.tsx":
      "const React = { createElement: (...given: unknown[]) => given };\nexport const seen = <b className='x'>hi</b>;",
    "pragma.tsx": "/** @jsx h */\nconst h = (tag: string) => tag;\nexport const seen = <i />;",
  });
  expect((await importModule("./own", folder))["seen"]).toEqual(["b", { className: "x" }, "hi"]);
  expect((await importModule("./pragma", folder))["seen"]).toBe("i");
});

test("importModule() says what is wrong in the file itself", async () => {
  const folder = folderWith({
    "broken.ts": "export const fine = 1;\nexport const = 3;",
    "named.ts": "export const named = 1;",
    "waits.mjs": "export const late = await 1;",
    "node_modules/lacking/index.js": 'require("not-there");',
  });
  await expect(importModule("./broken", folder)).rejects.toThrow(
    `Cannot import ${join(folder, "broken.ts")}:2:14: Variable declaration expected.`,
  );
  await expect(importModule("./named", folder, ["default"])).rejects.toThrow(
    `The requested module "./named" does not provide an export named 'default'`,
  );
  await expect(importModule("./named", folder, ["nmaed"])).rejects.toThrow('Did you mean "named"?');
  await expect(importModule("lacking", folder)).rejects.toThrow(`Run in ${folder}: npm install not-there`);
  const load = await requireOf(folder);
  expect(() => load("./waits.mjs")).toThrow(
    'Cannot require "./waits.mjs": it awaits at its top level. Write: await import("./waits.mjs")',
  );
});
