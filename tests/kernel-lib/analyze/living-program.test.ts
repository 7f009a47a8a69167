import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { emptyScope } from "../../../kernel-lib/src/analyze/scope/needed-declarations.js";
import { readCorpus } from "../track/read-corpus.js";

const folder = mkdtempSync(join(tmpdir(), "tagline-living-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a cell gives, with the parts of unions in one order: the checker keeps them in the order in which it met them. */
function given(compiled: object): string {
  const sorted = (text: string) =>
    text.replace(/(?:\\"[^"\\]*\\"|[\w']+)(?: \| (?:\\"[^"\\]*\\"|[\w']+))+/g, (union) =>
      union.split(" | ").sort().join(" | "),
    );
  return sorted(JSON.stringify(compiled, (_, value) => (value instanceof Map ? [...value] : value), 1));
}

test("a checker that has seen hundreds of cells sees the next as a new one does", { timeout: 120_000 }, () => {
  const living = createCellCompiler({ folder });
  const fresh = createCellCompiler({ folder, living: false });
  const cases = readCorpus();
  // All go through the one, so that it grows old; the other looks at some.
  for (const [index, { name, cells }] of cases.entries()) {
    let scope = emptyScope;
    for (const { code } of cells) {
      const compiled = living.compile(code, scope);
      if (index % 12 === 0) expect(given(compiled), name).toEqual(given(fresh.compile(code, scope)));
      scope = compiled.scope;
    }
  }
  expect(cases.length).toBeGreaterThan(200);
});

/** Codes of what a cell is told after another. */
function codesOf(compiler: ReturnType<typeof createCellCompiler>, source: string): number[] {
  return compiler.compile(source, emptyScope).diagnostics.map(({ code }) => code);
}

test("an error is told again in the cell that has it again, and not in the next", () => {
  const compiler = createCellCompiler({ folder });
  const wrong = "const n: number = 'x';";
  expect([wrong, wrong, "const n: number = 1;", wrong].map((cell) => codesOf(compiler, cell))).toEqual([
    [2322],
    [2322],
    [],
    [2322],
  ]);
});

test("comments that silence errors do so in their own cell", () => {
  const compiler = createCellCompiler({ folder });
  const wrong = "const n: number = 'x';";
  expect(
    [
      `// @ts-ignore\n${wrong}`,
      wrong,
      `// @ts-expect-error\n${wrong}`,
      "// @ts-expect-error\n1",
      `// @ts-nocheck\n${wrong}`,
    ].map((cell) => codesOf(compiler, cell)),
  ).toEqual([[], [2322], [], [2578], []]);
});

test("a module of the project is seen as it is now", () => {
  const compiler = createCellCompiler({ folder });
  const use = 'import { size } from "./size.ts"; const n: number = size;';
  expect(codesOf(compiler, use)).toEqual([2307]);
  writeFileSync(join(folder, "size.ts"), "export const size = 1;\n");
  expect(codesOf(compiler, use)).toEqual([]);
  expect(codesOf(compiler, "1 + 1")).toEqual([]);
  writeFileSync(join(folder, "size.ts"), "export const size = 'large, and a longer text than before';\n");
  expect(codesOf(compiler, use)).toEqual([2322]);
});

test("a package installed while the notebook is open is found", () => {
  const compiler = createCellCompiler({ folder });
  const use = 'import { late } from "late-package"; const n: number = late;';
  expect(codesOf(compiler, use)).toEqual([2307]);
  const home = join(folder, "node_modules", "late-package");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "name": "late-package", "types": "./index.d.ts" }');
  writeFileSync(join(home, "index.d.ts"), "export declare const late: number;\n");
  expect(codesOf(compiler, use)).toEqual([]);
});

test("imported and required forms of one package are told apart", () => {
  const home = join(folder, "node_modules", "two-forms");
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, "package.json"),
    '{ "name": "two-forms", "exports": { "import": { "types": "./a.d.mts" }, "require": { "types": "./b.d.cts" } } }',
  );
  writeFileSync(join(home, "a.d.mts"), "export declare const form: 'esm';\n");
  writeFileSync(join(home, "b.d.cts"), "export declare const form: 'cjs';\n");
  const compiler = createCellCompiler({ folder });
  const asEsm = 'import { form } from "two-forms"; const f: "esm" = form;';
  const asCjs = 'import two = require("two-forms"); const f: "cjs" = two.form;';
  expect([asEsm, asCjs, asEsm].map((cell) => codesOf(compiler, cell))).toEqual([[], [], []]);
});

test("a cell that adds to the global scope compiles, and the cells behind it do", () => {
  const compiler = createCellCompiler({ folder });
  const cells = ["declare global { var shared: number }\nglobalThis.shared = 1;", "1 + 1", "const n: number = 'x';"];
  expect(cells.map((cell) => codesOf(compiler, cell))).toEqual([[], [], [2322]]);
});
