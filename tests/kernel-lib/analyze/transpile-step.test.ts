import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { requireFrom, transpileStep } from "../../../kernel-lib/src/analyze/index.js";

const body = ({ code }: { readonly code: string }): string => code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");

test("transpileStep() takes types away and keeps imports of values", () => {
  const step = transpileStep(
    'import { type A, b } from "m";\nimport type { C } from "n";\nexport function f(x: A): C { return b(x) as C; }\n',
    "steps/load.ts",
  );
  expect(body(step)).toBe('import { b } from "m";\nexport function f(x) { return b(x); }');
  expect(step.code).toContain("//# sourceMappingURL=load.js.map");
});

test("transpileStep() maps lines and columns to the text", () => {
  const { code, map } = transpileStep(
    "interface A {\n  a: number;\n}\nexport const f = (a: A): number => a.a;\n",
    "f.ts",
  );
  const line = code.split("\n").findIndex((text) => text.includes("a.a")) + 1;
  const column = code.split("\n")[line - 1]?.indexOf("a.a") ?? -1;
  expect(originalPositionFor(new TraceMap(map), { line, column })).toMatchObject({
    source: "f.ts",
    line: 4,
    column: 35,
  });
});

test("transpileStep() resolves every kind of specifier", () => {
  const text =
    'import a from "./a.js";\nimport "./b.js";\nexport { c } from "./c.js";\nexport * from "./d.js";\nconst e = await import("./e.js");\nimport fs from "node:fs";\nexport { a, e, fs };\n';
  const resolve = (specifier: string): string =>
    specifier.startsWith(".") ? `file:///x/${specifier.slice(2)}` : specifier;
  expect(body(transpileStep(text, { fileName: "s.ts", resolve }))).toBe(
    'import a from "file:///x/a.js";\nimport "file:///x/b.js";\nexport { c } from "file:///x/c.js";\nexport * from "file:///x/d.js";\nconst e = await import("file:///x/e.js");\nimport fs from "node:fs";\nexport { a, e, fs };',
  );
});

test("transpileStep() loads packages and JSON through the helper", () => {
  const text =
    'import d, { a, b as c } from "old";\nimport * as all from "old";\nimport data from "./data.json";\nimport "effect";\nimport { other } from "./other.js";\nexport const x = [d, a, c, all, data, other, await import("old")];\n';
  const resolve = (specifier: string): string => `file:///x/${specifier.replace("./", "")}`;
  expect(body(transpileStep(text, { fileName: "s.ts", resolve, helper: "file:///helper.js" }))).toBe(
    [
      'import { importUrl as $tlImport } from "file:///helper.js";',
      'const { default: d, a, b: c } = await $tlImport("file:///x/old");',
      'const all = await $tlImport("file:///x/old");',
      'const { default: data } = await $tlImport("file:///x/data.json");',
      'await $tlImport("file:///x/effect");',
      'import { other } from "file:///x/other.js";',
      'export const x = [d, a, c, all, data, other, await $tlImport("file:///x/old")];',
    ].join("\n"),
  );
});

test("transpileStep() loads by the helper what Node cannot run as it stands", () => {
  const text = 'import { page } from "./page";\nexport { page };\n';
  const resolve = (specifier: string): string => `file:///x/${specifier.replace("./", "")}.tsx`;
  expect(body(transpileStep(text, { fileName: "s.ts", resolve, helper: "file:///helper.js" }))).toBe(
    [
      'import { importUrl as $tlImport } from "file:///helper.js";',
      'const { page } = await $tlImport("file:///x/page.tsx");',
      "export { page };",
    ].join("\n"),
  );
});

test("transpileStep() says where import.meta.url shall be", () => {
  expect(
    body(transpileStep("export const here = import.meta.url;", { fileName: "s.ts", url: "file:///there.ts" })),
  ).toBe('export const here = "file:///there.ts";');
});

test("transpileStep() gives a module what a cell has of CommonJS", () => {
  const text =
    'export const a = [__dirname, import.meta.dirname];\nexport const b = require("x");\nconst __filename = 1;\nexport { __filename };\n';
  const options = {
    fileName: "s.ts",
    url: "file:///there/n.ipynb",
    helper: "file:///helper.js",
    resolve: (specifier: string) => specifier,
  };
  expect(body(transpileStep(text, options))).toBe(
    [
      'import { requireFrom as $tlRequire } from "file:///helper.js";',
      'const __dirname = "/there";',
      'const require = $tlRequire("file:///there/n.ipynb");',
      'export const a = [__dirname, "/there"];',
      'export const b = require("x");',
      "const __filename = 1;",
      "export { __filename };",
    ].join("\n"),
  );
});

test("requireFrom() finds packages from a folder, then among Tagline's own", () => {
  const folder = mkdtempSync(join(tmpdir(), "tagline-require-"));
  writeFileSync(join(folder, "old.cjs"), "module.exports = 7;");
  const load = requireFrom(pathToFileURL(join(folder, "n.ipynb")).href);
  expect(load("./old.cjs")).toBe(7);
  expect(typeof load("typescript").createProgram).toBe("function");
  expect(load.resolve("./old.cjs")).toMatch(/old\.cjs$/);
  expect(() => load("no-such-package-here")).toThrow("npm install no-such-package-here");
});
