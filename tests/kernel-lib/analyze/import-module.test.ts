import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { importModule } from "../../../kernel-lib/src/analyze/import-module.js";
import { resolveModule } from "../../../kernel-lib/src/analyze/resolve-module.js";

/** A notebook's folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tagline-import-")));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("resolveModule() prefers a package of the notebook's folder to Tagline's own dependency", () => {
  const folder = folderWith({
    "node_modules/arquero/package.json": `{"name": "arquero", "type": "module", "exports": "./mine.js"}`,
    "node_modules/arquero/mine.js": "export const mine = true;",
  });
  expect(resolveModule("arquero", folder)).toBe(pathToFileURL(join(folder, "node_modules/arquero/mine.js")).href);
});

test("resolveModule() falls back to Tagline's own dependencies in a bare folder", () => {
  expect(resolveModule("arquero", folderWith({}))).toMatch(/node_modules\/arquero\/src\/index\.js$/);
});

test("resolveModule() gives Tagline itself whatever the folder holds", () => {
  const folder = folderWith({
    "node_modules/tagline/package.json": `{"name": "tagline", "main": "fake.js"}`,
    "node_modules/tagline/fake.js": "",
  });
  expect(resolveModule("tagline", folder)).toMatch(/kernel-lib\/(src\/index\.ts|dist\/index\.js)$/);
  expect(() => resolveModule("tagline/secret", folder)).toThrow(
    'Cannot import "tagline/secret": Tagline has no such part.',
  );
});

test("resolveModule() finds builtins, relative files with and without extension", () => {
  const folder = folderWith({ "lib/tools.ts": "", "data.json": "{}", "old/index.js": "" });
  expect(resolveModule("fs", folder)).toBe("node:fs");
  expect(resolveModule("node:fs/promises", folder)).toBe("node:fs/promises");
  expect(resolveModule("./lib/tools.js", folder)).toBe(pathToFileURL(join(folder, "lib/tools.ts")).href);
  expect(resolveModule("./lib/tools", folder)).toBe(pathToFileURL(join(folder, "lib/tools.ts")).href);
  expect(resolveModule("./old", folder)).toBe(pathToFileURL(join(folder, "old/index.js")).href);
  expect(resolveModule("./data.json", folder)).toBe(pathToFileURL(join(folder, "data.json")).href);
});

test.each([
  ["left-padding", "npm install left-padding"],
  ["@nobody/thing/deep", "npm install @nobody/thing"],
])("resolveModule() says how to install a missing %s", (specifier, command) => {
  expect(() => resolveModule(specifier, folderWith({}))).toThrow(command);
});

test("resolveModule() names a path that does not exist", () => {
  const folder = folderWith({});
  expect(() => resolveModule("./nope.js", folder)).toThrow(`there is no file ${join(folder, "nope.js")}`);
});

test("resolveModule() tells an unexported path from a missing package", () => {
  expect(() => resolveModule("vega-lite/build/secret.js", folderWith({}))).toThrow(
    "the package vega-lite does not export it",
  );
});

test("importModule() shows all exports of CommonJS by name, and module.exports as default", async () => {
  // `exports[name]` in a loop is what Node's own lexer cannot see.
  const folder = folderWith({ "old.cjs": `for (const name of ["a", "b"]) exports[name] = name + name;` });
  const old = await importModule("./old.cjs", folder);
  expect({ ...old }).toEqual({ a: "aa", b: "bb", default: { a: "aa", b: "bb" } });
});

test("importModule() gives the default of a transpiled module", async () => {
  const folder = folderWith({ "old.cjs": `exports.__esModule = true; exports.default = () => 42; exports.x = 1;` });
  const old = await importModule("./old.cjs", folder);
  expect((old["default"] as () => number)()).toBe(42);
  expect(old["x"]).toBe(1);
});

test("importModule() keeps one namespace for a module", async () => {
  const folder = folderWith({ "old.cjs": `module.exports = function f() {}; module.exports.x = 1;` });
  const first = await importModule("./old.cjs", folder);
  expect(await importModule("./old.cjs", folder)).toBe(first);
  expect(typeof first["default"]).toBe("function");
  expect(first["x"]).toBe(1);
});

test("importModule() reads JSON anew each time", async () => {
  const folder = folderWith({ "data.json": `{"rows": 1}` });
  expect({ ...(await importModule("./data.json", folder)) }).toEqual({ rows: 1, default: { rows: 1 } });
  writeFileSync(join(folder, "data.json"), "[1, 2]");
  expect({ ...(await importModule("./data.json", folder)) }).toEqual({ default: [1, 2] });
});

test("importModule() loads ESM-only packages with top-level await, and CommonJS bundles", async () => {
  const folder = folderWith({});
  expect(typeof (await importModule("vega-lite", folder))["compile"]).toBe("function");
  expect(typeof (await importModule("arquero", folder))["table"]).toBe("function");
});
