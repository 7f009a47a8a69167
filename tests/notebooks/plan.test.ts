import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { notebookFacts } from "../../kernel-lib/src/analyze/index.js";
import { readNotebook } from "../../kernel-lib/src/notebook/read-notebook.js";
import { type Compiled, compilePipeline } from "../../kernel-lib/src/pipeline/compile/index.js";

const folder = new URL("../../notebooks/", import.meta.url);

/** Reading the libraries' types takes a second or two, on a busy machine many more. */
const typesMs = 120_000;

function compile(name: string): Compiled {
  const notebook = readNotebook(name, readFileSync(new URL(name, folder), "utf8"));
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  return compilePipeline(notebook, notebookFacts(code, { folder: fileURLToPath(folder), speed: "check" }));
}

function edgesOf(compiled: Compiled): string[] {
  return compiled.plan.edges.map((edge) => `${edge.from} > ${edge.to}: ${edge.names.join(", ")}`);
}

describe("penguins.ipynb", () => {
  let compiled: Compiled;
  beforeAll(() => {
    compiled = compile("penguins.ipynb");
  }, typesMs);

  test("compiles without a diagnostic", () => {
    expect(compiled.diagnostics).toEqual([]);
  });

  test("hands the cleaned birds down to the network, and the network on with its scaler", () => {
    expect(edgesOf(compiled)).toEqual([
      "load > clean: raw",
      "load > model: raw",
      "clean > features: birds",
      "features > split: examples",
      "split > train: train",
      "split > evaluate: test",
      "split > model: train",
      "train > evaluate: network, scaler",
      "train > model: network, scaler",
      "evaluate > model: accuracy, accuracyHigh, accuracyLow",
    ]);
  });

  test("gives each param its default, limits and words", () => {
    expect(
      compiled.plan.params.map(({ name, default: value, min, max, choices }) => ({ name, value, min, max, choices })),
    ).toEqual([
      { name: "seed", value: 5, min: 0, max: 1_000_000 },
      { name: "testShare", value: 0.25, min: 0.1, max: 0.5 },
      { name: "units", value: 16, choices: [8, 16, 32] },
      { name: "epochs", value: 60, min: 1, max: 500 },
      { name: "learningRate", value: 0.01, min: 0.0001, max: 0.1 },
    ]);
    for (const param of compiled.plan.params) expect(param.description, param.name).toMatch(/^[A-Z].*[^.]$/);
  });
});

describe("flights.ipynb", () => {
  let compiled: Compiled;
  beforeAll(() => {
    compiled = compile("flights.ipynb");
  }, typesMs);

  test("compiles without a diagnostic", () => {
    expect(compiled.diagnostics).toEqual([]);
  });

  test("keeps the test flights away from all that learns", () => {
    expect(edgesOf(compiled)).toEqual([
      "load > clean: raw",
      "clean > features: flights",
      "features > split: featured",
      "split > baseline: train",
      "split > train: train",
      "split > evaluate: test",
      "split > model: train",
      "baseline > train: meanDelay",
      "baseline > evaluate: hourDelay, meanDelay, medianDelay",
      "train > evaluate: routeExtra, weights",
      "train > model: routeExtra, weights",
      "evaluate > model: ridge",
    ]);
  });
});
