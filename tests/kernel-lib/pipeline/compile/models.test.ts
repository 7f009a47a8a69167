import { expect, test } from "vitest";
import { notebookFacts } from "../../../../kernel-lib/src/analyze/index.js";
import { describeModels } from "../../../../kernel-lib/src/pipeline/compile/index.js";
import { type Cell, compile, emit, notebookOf, problems } from "./support.js";

const cells: readonly Cell[] = [
  ["setup", 'import { model } from "tagline";\nimport * as aq from "arquero";\nconst SCALE = 10;'],
  ["parameters", "const shift = 2;"],
  [
    "step:fit",
    "class Fit {\n  offset = 1;\n  add(x: number) {\n    return x + this.offset;\n  }\n}\nfunction start() {\n  return new Fit();\n}\nconst fit = start();",
  ],
  [
    "step:use",
    'function plus(x: number) {\n  return fit.add(x) * SCALE + shift + aq.op.abs(x);\n}\nmodel("m", { predict: (row: { x: number }) => plus(row.x) }).then(console.log);',
  ],
  [
    "step:use",
    'const other = [model("m", { predict(rows: { x: number }[]) { return rows.map((row) => row.x * SCALE); } })];\nother',
  ],
];

test("emitModules() hands each model() call its module, values and classes", () => {
  const modules = emit(cells);
  expect([...modules.keys()].filter((path) => path.startsWith("models/"))).toEqual(["models/m.ts", "models/m.2.ts"]);
  expect(
    modules.get("models/m.ts"),
  ).toBe(`// Model "m": its code as the notebook has it; the values come from the version.
import * as aq from "arquero";

// notebook cell 3 [c2] line 1
class Fit {
  offset = 1;
  add(x: number) {
    return x + this.offset;
  }
}

export default function create({ fit, shift }: any) {
  // notebook cell 1 [c0] line 3
  const SCALE = 10;

  // notebook cell 4 [c3] line 1
  function plus(x: number) {
    return fit.add(x) * SCALE + shift + aq.op.abs(x);
  }

  return { predict: (row: { x: number }) => plus(row.x) };
}

export const classes = { Fit };
`);
  expect(modules.get("models/m.2.ts")).toContain(
    `  const predictRows: any = ({ predict(rows: { x: number }[]) { return rows.map((row) => row.x * SCALE); } }).predict;
  return { predict: async (row: any) => (await predictRows([row]))[0], predictRows };`,
  );
  const step = modules.get("steps/use.ts") ?? "";
  expect(step).toContain('import { shift } from "../parameters.js";');
  expect(step).toContain('import { Fit, SCALE } from "../shared.js";');
  expect(step).toContain(
    '=> plus(row.x) }, { module: "../models/m.js", capture: () => ({ fit, shift }), classes: { Fit } }).then',
  );
  expect(step).toContain('} }, { module: "../models/m.2.js", capture: () => ({}) })];');
});

test("describeModels() tells what each module takes, gives and imports", () => {
  const notebook = notebookOf(cells);
  const facts = notebookFacts(notebook.cells, { folder: process.cwd(), speed: "check" });
  expect(describeModels(notebook, facts)).toEqual({
    "models/m.ts": {
      input: { type: "object", properties: { x: { type: "number" } }, required: ["x"] },
      output: { type: "number" },
      imports: ["arquero"],
    },
    "models/m.2.ts": {
      input: { type: "object", properties: { x: { type: "number" } }, required: ["x"] },
      output: { type: "number" },
      imports: [],
    },
  });
});

test("a model() call that would fail is told before anything runs", () => {
  const head: Cell = ["setup", 'import { model } from "tagline";\nimport { clamp } from "./clamp.ts";'];
  const made = "const twice = ((k: number) => (x: number) => x * k)(2);";
  const compiled = compile([
    head,
    ["step:a", `${made}\nmodel("a", { predict: (row: { x: number }) => twice(row.x) });`],
    ["step:b", 'const name = "b";\nmodel(name, { predict: (row: { x: number }) => row.x });'],
    ["step:c", 'model("c", { predict: (row: { x: number }) => clamp(row.x) });'],
    ["step:d", 'model("d", { predict: (row: { x: number }) => row.x });'],
    ["", 'const other = "e";\nmodel(other, { predict: (row: { x: number }) => row.x });'],
  ]);
  expect(problems(compiled)).toEqual(["TL032 c1:2", "TL032 c2:2", "TL032 c3:1"]);
});

test("a step's code hash follows the classes behind what its model captures", () => {
  const hashOf = (all: readonly Cell[]): string | undefined =>
    compile(all).plan.steps.find(({ name }) => name === "use")?.codeHash;
  const changed = cells.map(([tags, source]): Cell => [tags, source.replace("x + this.offset", "x - this.offset")]);
  expect(hashOf(changed)).not.toBe(hashOf(cells));
  expect(hashOf(cells.map(([tags, source]): Cell => [tags, source.replace("class", "// A fit.\nclass")]))).toBe(
    hashOf(cells),
  );
});
