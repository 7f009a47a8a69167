import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { notebookFacts, surveyCell } from "../../../kernel-lib/src/analyze/index.js";
import { check } from "../../../kernel-lib/src/cli/check.js";
import { formatSuggestion, type SuggestDocument, suggest } from "../../../kernel-lib/src/cli/suggest.js";
import { prepareProject } from "../../../kernel-lib/src/lineage/project.js";
import { readNotebook } from "../../../kernel-lib/src/notebook/read-notebook.js";
import { FINDINGS, suggestSteps } from "../../../kernel-lib/src/pipeline/compile/suggest/index.js";
import { scratchFolder } from "./support.js";

// The first notebook waits for the libraries' types.
vi.setConfig({ testTimeout: 180_000 });

const fixtures = fileURLToPath(new URL("../../notebooks-fixtures/messy/", import.meta.url));
const datasets = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
  writeFileSync(join(folder, "package.json"), "{}");
  cpSync(fixtures, folder, { recursive: true });
  mkdirSync(join(folder, "data"));
  for (const name of ["penguins.json", "cars.json", "seattle-weather.csv"])
    copyFileSync(join(datasets, name), join(folder, "data", name));
});

/** Cells as `number tags`, and steps as `name(reads) > writes`. */
function shape({ cells, steps }: SuggestDocument): { readonly tags: string[]; readonly steps: string[] } {
  return {
    tags: cells.map(({ index, tags }) => `${index + 1} ${tags.join(" ")}`.trim()),
    steps: steps.map(({ name, reads, writes }) => `${name}(${reads.join(", ")}) > ${writes.join(", ")}`),
  };
}

function notebook(
  name: string,
  cells: readonly (string | { source: string; tags?: string[]; kind?: string; count?: number })[],
): string {
  const path = join(folder, `${name}.ipynb`);
  const all = cells.map((cell, index) => {
    const { source, tags, kind = "code", count = null } = typeof cell === "string" ? { source: cell } : cell;
    const code = kind === "code" ? { execution_count: count, outputs: [] } : {};
    return { cell_type: kind, id: `c${index}`, metadata: tags ? { tags } : {}, source, ...code };
  });
  writeFileSync(
    path,
    JSON.stringify(
      { cells: all, metadata: { kernelspec: { language: "typescript" } }, nbformat: 4, nbformat_minor: 5 },
      null,
      1,
    ),
  );
  return path;
}

const md = (source: string): { source: string; kind: string } => ({ source, kind: "markdown" });

test("suggest() names steps after headings, leaves exploration out and finds what is wrong", () => {
  const { document } = suggest(join(folder, "penguins.ipynb"));
  expect(shape(document)).toEqual({
    tags: [
      "2 setup",
      "3 setup",
      "5 step:load",
      "6 skip",
      "8 step:clean",
      "9 skip",
      "11 step:split",
      "13 setup",
      "14 setup",
      "15 skip",
      "17 step:evaluate",
      "18 skip",
    ],
    steps: ["load() > raw", "clean(raw) > birds", "split(birds) > test, train", "evaluate(test, train) > "],
  });
  expect(document.findings.map(({ code, cell, line }) => `${code} ${cell}:${line}`)).toEqual([
    "unused-import c1:4",
    "parameter c2:1",
    "parameter c2:2",
    "inline-secret c2:3",
    "file-read c4:2",
    "plot-only c8:null",
    "random c10:1",
    "unused-cell c14:null",
    "hidden-state c17:1",
  ]);
  expect(document.findings[1]?.fix).toBe(
    'const testShare = param("testShare", 0.25, { min: 0, max: 1, description: "part kept for the test" });',
  );
});

describe.each(readdirSync(fixtures))("suggest --write on %s", (name) => {
  test("leaves all but tags alone, has nothing to do the second time, and the notebook compiles", async () => {
    const path = join(folder, name);
    const before = readFileSync(path, "utf8");
    const first = suggest(path, { write: true });
    expect(first.document.written).toBe(true);
    // Every cell has its reason, and no part of a secret is ever told.
    for (const { reason } of first.document.cells) expect(reason).toMatch(/^[A-Z].*\.$/);
    for (const { code } of first.document.findings) expect(Object.keys(FINDINGS)).toContain(code);
    expect(JSON.stringify(first.document) + formatSuggestion(first)).not.toContain("9f8a7b");
    const text = readFileSync(path, "utf8");
    const withoutTags = (json: string): unknown => {
      const file = JSON.parse(json);
      for (const cell of file.cells) cell.metadata.tags = undefined;
      return JSON.parse(JSON.stringify(file));
    };
    expect(withoutTags(text)).toEqual(withoutTags(before));
    const second = suggest(path, { write: true });
    expect([second.document.changes, second.document.written]).toEqual([0, false]);
    expect(readFileSync(path, "utf8")).toBe(text);
    const { document } = await check(path);
    expect(document.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(document.graph.steps.map((step) => step.name)).toEqual(first.document.steps.map((step) => step.name));
  });
});

test("a closure and a connection keep their cells together; a file that is read again sets an order", () => {
  expect(shape(suggest(join(folder, "cars.ipynb")).document)).toEqual({
    tags: [
      "1 setup",
      "2 skip",
      "3 parameters",
      "4 step:load",
      "5 step:load",
      "6 step:load",
      "7 step:load",
      "8 step:load",
      "9 step:save",
      "10 step:evaluate after:save",
      "11 skip",
    ],
    steps: ["load() > b, w", "save(b, w) > ", "evaluate() > "],
  });
  expect(shape(suggest(join(folder, "database.ipynb")).document).steps).toEqual([
    "connect() > rows",
    "compare(rows) > ",
  ]);
});

test("tags that are there stay, and a notebook that has its steps keeps its exploration untagged", () => {
  expect(shape(suggest(join(folder, "partly.ipynb")).document).tags).toEqual([
    "1",
    "2 step:load",
    "3 step:doubled",
    "4",
    "5 keep step:report",
    "6 step:evaluate",
  ]);
  for (const name of ["penguins", "flights"]) {
    const path = fileURLToPath(new URL(`../../../notebooks/${name}.ipynb`, import.meta.url));
    expect(suggest(path).document.changes, name).toBe(0);
  }
});

test("cells that took long in the last session stand alone", () => {
  const path = notebook("slow", [
    'import { metric } from "tagline";',
    md("## Train"),
    "const xs = [1, 2, 3].map((x) => x + 1);",
    "const weights = xs.map((x) => x * 2);",
    "const bias = weights[0]! + 1;",
    md("## Evaluate"),
    'metric("sum", weights.reduce((a, b) => a + b) + bias);',
  ]);
  expect(shape(suggest(path).document).steps).toEqual(["train() > bias, weights", "evaluate(bias, weights) > "]);
  const read = readNotebook("slow.ipynb", readFileSync(path, "utf8"));
  const code = read.cells.filter(({ kind }) => kind === "code");
  const factsWith = (): ReturnType<typeof notebookFacts> => notebookFacts(code, { folder, speed: "check" });
  const { steps, cells } = suggestSteps({
    notebook: read,
    facts: factsWith(),
    surveys: new Map(code.map(({ id, source }) => [id, surveyCell(source)])),
    durations: new Map([
      ["c2", 40],
      ["c3", 12_340],
      ["c4", 3],
    ]),
    factsWith,
    isSecretName: () => false,
    holdsSecret: () => false,
  });
  expect(steps.map((step) => step.cells)).toEqual([["c2"], ["c3"], ["c4"], ["c6"]]);
  expect(cells.find(({ cell }) => cell === "c3")?.reason).toContain(
    "took 12 s, so it stands alone and its result is kept.",
  );
});

test("what stands in a circle, changes shared values or reads too early is put right or left out", async () => {
  const path = notebook("knots", [
    'import { metric } from "tagline";\nconst options = { rounds: 2 };\nlet total = 0;',
    md("## First"),
    "const log: string[] = [];\nconst say = (text: string) => log.push(text);",
    "let timer = setTimeout(() => {}, 1);",
    md("## Second"),
    'options.rounds += 1;\nsay("second");',
    md("## Third"),
    'say("third");\nclearTimeout(timer);\ntotal = log.length + options.rounds;',
    'metric("total", total);',
    'metric("early", later);',
    "const later = 1;",
    'metric("uses", missing + later);',
  ]);
  const { document } = suggest(path, { write: true });
  const { document: checked } = await check(path);
  expect(checked.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(
    document.findings.filter(({ code }) => code === "hidden-state").map(({ cell, message }) => [cell, message]),
  ).toEqual([
    ["c9", "Uses later, but later is made further down, in cell 11: run from top to bottom, this cell fails."],
    ["c11", "Uses missing, but no cell defines missing: run from top to bottom, this cell fails."],
  ]);
  expect(document.cells.filter(({ tags }) => tags.includes("skip")).map(({ cell }) => cell)).toEqual(["c9", "c11"]);
});

test("in a notebook tagged for Kale cells go to the step above, and what stays out says so", () => {
  const path = notebook("kale", [
    { source: 'import { metric } from "tagline";', tags: ["imports"] },
    "const scale = 10;",
    "const unused = 3;",
    { source: "const rows = [3, 1, 2];", tags: ["block:load"] },
    "const scaled = rows.map((x) => x * scale);",
    "console.log(scaled, missing);",
    'metric("best", Math.max(...scaled));',
  ]);
  const { document } = suggest(path, { write: true });
  expect(shape(document).tags).toEqual([
    "1 imports",
    "2 setup",
    "3 setup",
    "4 block:load",
    "5 step:load",
    "6 skip",
    "7 step:load",
  ]);
  expect(suggest(path).document.changes).toBe(0);
});

test("findings name order, machine paths, clocks and chance, with what to write instead", () => {
  const path = notebook("findings", [
    {
      source:
        'import { metric } from "tagline";\nimport { readFileSync } from "node:fs";\nimport { randomUUID } from "node:crypto";',
      count: 4,
    },
    {
      source:
        'const rows = readFileSync("/home/ann/rows.csv", "utf8").split("\\n");\nconst win = "C:\\\\data\\\\x.csv";',
      count: 2,
    },
    {
      source:
        'const started = Date.now();\nconst id = randomUUID();\nconst mode = "fast";\nif (mode === "slow") metric("n", 1);\nmetric("rows", rows.length + started * 0 + id.length + win.length);',
      count: 3,
    },
  ]);
  const { findings } = suggest(path).document;
  const of = (code: string): unknown[] =>
    findings.filter((finding) => finding.code === code).map(({ cell, line, fix }) => [cell, line, fix]);
  expect(of("out-of-order")).toEqual([
    ["c1", null, "Run the notebook from top to bottom, and look whether it gives the same."],
  ]);
  expect(of("absolute-path")).toEqual([
    [
      "c1",
      1,
      'Put the file beside the notebook and write "data/rows.csv", or make it a parameter: const path = param("path", "data/rows.csv");',
    ],
    [
      "c1",
      2,
      'Put the file beside the notebook and write "data/x.csv", or make it a parameter: const win = param("win", "data/x.csv");',
    ],
  ]);
  expect(of("clock")).toEqual([["c2", 1, 'Make the moment a parameter, or set the step\'s option "cache".']]);
  expect(of("random")).toEqual([["c2", 2, "Use Math.random, or a generator with a seed that is a parameter."]]);
  expect(of("parameter")).toContainEqual([
    "c2",
    3,
    'const mode = param("mode", "fast", { choices: ["fast", "slow"] });',
  ]);
});

test("a Python notebook gets one sentence, and a file behind a link keeps its rights", () => {
  writeFileSync(
    join(folder, "py.ipynb"),
    JSON.stringify({ cells: [], metadata: { kernelspec: { language: "python" } }, nbformat: 4 }),
  );
  expect(() => suggest(join(folder, "py.ipynb"))).toThrow(/^Cannot suggest steps for .*: it is written in python/);
  const path = join(folder, "meteo.ipynb");
  chmodSync(path, 0o640);
  symlinkSync(path, join(folder, "link.ipynb"));
  suggest(join(folder, "link.ipynb"), { write: true });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readFileSync(path, "utf8")).toContain("step:");
  prepareProject(folder);
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
