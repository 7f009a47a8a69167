import { expect, test } from "vitest";
import { emit } from "./support.js";

test("emitModules() splices the person's text into one module for each step", () => {
  const modules = emit([
    [
      "",
      'import * as aq from "arquero";\nimport { readFileSync } from "node:fs";\nimport { metric, param } from "tagline";',
    ],
    ["parameters", '// How much.\nconst factor = param("factor", 3);\nconst plain = 4;'],
    ["", "interface Row { v: number }\nconst square = (n: number) => n * n;\nconst unused = () => 0;"],
    ["step:load", 'const rows: Row[] = JSON.parse(readFileSync("rows.json", "utf8"));\nrows'],
    [
      "step:fit",
      "const mean = rows.reduce((sum, row) => sum + row.v, 0) / rows.length;\n\nfunction scale(row: Row) {\n  return square(row.v - mean) * factor;\n}",
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell's own template
    ["step:apply-it", "const text = `a\n  b ${plain}`;\nconst out = rows.map(scale);\nmetric('n', out.length);"],
    ["step:apply-it", "const text = 1;\nout.length + text, text"],
  ]);
  expect(Object.fromEntries(modules)).toMatchSnapshot();
});

test("emitModules() keeps a class that travels in shared.ts, and tells each step which classes it may meet", () => {
  const modules = emit([
    ["step:make", "class Box {\n  constructor(public n: number) {}\n}\nconst box = new Box(1);"],
    ["step:use", "console.log(box.n);"],
  ]);
  expect(Object.fromEntries(modules)).toMatchSnapshot();
});

test("emitModules() gives a clashing step name another function name", () => {
  const modules = emit([
    ["", "function clean(n: number) { return n; }"],
    ["step:clean", "const cell = clean(1);\ncell"],
    ["step:delete", "console.log(cell);"],
  ]);
  expect(modules.get("steps/clean.ts")).toContain("export async function cleanStep()");
  expect(modules.get("steps/clean.ts")).toContain('import { cell as beginCell, show } from "tagline/pipeline";');
  expect(modules.get("steps/delete.ts")).toContain("export async function deleteStep({ cell }");
  for (const name of ["show", "cell"])
    expect(emit([[`step:${name}`, "1 + 1"]]).get(`steps/${name}.ts`)).toContain(`export async function ${name}Step()`);
});
