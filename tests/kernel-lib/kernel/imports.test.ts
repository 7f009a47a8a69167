import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KernelClient, resultText, streamText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = realpathSync(mkdtempSync(join(tmpdir(), "tagline-imports-")));
let kernel: KernelClient;

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

beforeAll(async () => {
  write({
    "state.ts": "export let count = 0;\nexport function inc(): void { count += 1; }",
    "boom.ts": 'export interface Row { a: number }\nexport function boom(): never {\n  throw new Error("here");\n}',
    "page.tsx":
      "const React = { createElement: (tag: string) => tag };\nexport const page = <b />;\nexport const size: number = 4;",
    "plain.mjs": "export const plain = 1;",
    "data.json": '{ "rows": [1, 2], "name": "data" }',
    "node_modules/marked-esm/index.mjs": "export const named = await Promise.resolve(1); export default () => 'esm';",
    "node_modules/marked-esm/package.json":
      '{ "name": "marked-esm", "exports": { ".": { "types": "./index.d.ts", "default": "./index.mjs" }, "./deep/*": "./deep/*.js" } }',
    "node_modules/marked-esm/index.d.ts":
      "export declare const named: number; declare const f: () => string; export default f;",
    "node_modules/marked-esm/deep/a.js": "exports.a = 'deep';",
    "node_modules/babeled/index.js": "exports.__esModule = true; exports.default = () => 'babeled'; exports.x = 1;",
  });
  kernel = await KernelClient.start({ folder });
});

afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

test.each<readonly [code: string, result: string]>([
  ['import f, { named } from "marked-esm"; [f(), named]', "[ 'esm', 1 ]"],
  ['import { a } from "marked-esm/deep/a"; a', "'deep'"],
  ['import babeled, { x } from "babeled"; [babeled(), x]', "[ 'babeled', 1 ]"],
  ['import data from "./data.json"; data.rows', "[ 1, 2 ]"],
  ['import typed from "./data.json" with { type: "json" }; typed.name.toUpperCase()', "'DATA'"],
  ['const { default: late } = await import("./data.json", { with: { type: "json" } }); late.name', "'data'"],
  ['import { page, size } from "./page"; [page, size.toFixed(1)]', "[ 'b', '4.0' ]"],
  ['import type { Row } from "./boom"; const row: Row = { a: 1 }; row', "{ a: 1 }"],
  ['import { inc, count } from "./state"; inc(); [count, require("./state").count]', "[ 0, 1 ]"],
  ['import path = require("node:path"); path.sep', "'/'"],
  ['try { await import("no-such-package") } catch { "without" }\nawait import("no-such-package").catch(() => 2)', "2"],
])("%s", async (code, result) => {
  const answer = await kernel.execute(code);
  expect(answer.reply["status"] === "ok" ? resultText(answer) : answer.reply["evalue"]).toBe(result);
});

test.each<readonly [code: string, message: string]>([
  ['import plain from "./plain.mjs"', `The requested module "./plain.mjs" does not provide an export named 'default'`],
  ['import { plian } from "./plain.mjs"', `does not provide an export named 'plian'. Did you mean "plain"?`],
  ['import { nope } from "marked-esm"', `Module '"marked-esm"' has no exported member 'nope'.`],
  [
    'require("marked-esm")',
    'Cannot require "marked-esm": it awaits at its top level. Write: await import("marked-esm")',
  ],
  ['import x from "no-such-package"', `Run in ${folder}: npm install no-such-package`],
  ['await import("no-such-package")', `Run in ${folder}: npm install no-such-package`],
])("%s says what is wrong", async (code, message) => {
  expect((await kernel.execute(code)).reply["evalue"]).toContain(message);
});

test("an error in a file of the project is told by its own line", async () => {
  const { reply } = await kernel.execute('import { boom } from "./boom";\nboom()');
  expect(reply["traceback"]).toContain(`    at boom (${join(folder, "boom.ts")}:3:9)`);
});

test("declare global holds in later cells, and what it declares is no name of the session", async () => {
  await kernel.execute(
    "declare global { var shared: number; interface Array<T> { second(): T } }\nglobalThis.shared = 5;\nArray.prototype.second = function () { return this[1]; };",
  );
  expect(resultText(await kernel.execute("[7, 8].second() + shared"))).toBe("13");
  const { reply } = await kernel.execute("const text: string = shared");
  expect(reply["evalue"]).toContain("Type 'number' is not assignable to type 'string'.");
  expect(streamText(await kernel.execute("delete Array.prototype.second; console.log(typeof shared)"))).toBe(
    "number\n",
  );
});
