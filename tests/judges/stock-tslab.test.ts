import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import type { CellFinished } from "../../kernel-lib/src/lineage/events.js";
import { readLog } from "../../kernel-lib/src/lineage/index.js";

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
}

let folder: string;
let jupyterPath: string;

// The real thing: tslab's own installer makes its kernelspec, and Jupyter's own client starts it.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stock-tslab-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(checkout.kernelLib, join(folder, "node_modules", "tagline"));
  const tslab = join(checkout.nodeModules, "tslab", "bin", "tslab");
  const options = [`--python=${checkout.python}`, `--binary=${tslab}`, `--prefix=${join(folder, "prefix")}`];
  execFileSync(process.execPath, [tslab, "install", ...options], { stdio: "ignore" });
  jupyterPath = join(folder, "prefix", "share", "jupyter");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Executes a notebook, going on behind failing cells, and gives the texts that its cells put out. */
async function execute(
  name: string,
  cells: readonly string[],
): Promise<{ project: string; outputs: string[]; traces: Trace[] }> {
  const project = join(folder, name);
  mkdirSync(join(project, ".tagline"), { recursive: true });
  const notebook = {
    cells: cells.map((source, index) => ({
      cell_type: "code",
      id: `c${index}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(project, "in.ipynb"), JSON.stringify(notebook));
  const args = ["--allow-errors", "--output", "out.ipynb", "in.ipynb"];
  const { code, output } = await runCommand(join(checkout.venv, "bin", "jupyter-execute"), args, {
    cwd: project,
    env: { ...process.env, JUPYTER_PATH: jupyterPath },
  });
  expect(code, output).toBe(0);
  const done: { readonly cells: readonly { readonly outputs: readonly Output[] }[] } = JSON.parse(
    readFileSync(join(project, "out.ipynb"), "utf8"),
  );
  return {
    project,
    outputs: done.cells.map(({ outputs }) => outputs.map(({ text }) => [text ?? ""].flat().join("")).join("")),
    traces: [...readLog(project).events].flatMap(({ event }) => (event.kind === "cell.finished" ? [event.trace] : [])),
  };
}
type Trace = CellFinished["trace"];

function tagline(project: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(checkout.kernelLib, "bin", "tagline.js"), ...args], {
    cwd: project,
    encoding: "utf8",
  });
}

test("a notebook of the stock tslab kernel logs params, metrics, files and models, cell by cell", async () => {
  const { project, outputs, traces } = await execute("logs", [
    "const before = [1, 2];",
    'import { metric, model, param } from "tagline";\nimport * as fs from "fs";\nconst units = param("units", 16, { choices: [8, 16] });',
    'fs.writeFileSync("in.csv", "a\\n1\\n2\\n");',
    'const rows = fs.readFileSync("in.csv", "utf8").trim().split("\\n");\nbefore.push(3);\nrows.length',
    'const scale = units * 2;\nmodel("doubler", { predict: (row: { a: number }) => row.a * scale });',
    'metric("rows", rows.length);\nawait new Promise((done) => setTimeout(done, 20));\nmetric("loss", 0.5, { step: 2 });',
  ]);
  expect(outputs).toEqual(["", "", "", "3\n", expect.stringMatching(/^PendingModel .*\n$/s), "0.5\n"]);
  const names = (uses: readonly { readonly name: string; readonly value: unknown }[]) =>
    Object.fromEntries(uses.map(({ name, value }) => [name, value]));
  expect(
    traces.map(({ reads, writes, mutates, files, params, metrics, error }) => ({
      reads,
      writes,
      mutates,
      files: files.map(({ path, mode, bytes }) => [path.slice(project.length + 1), mode, bytes]),
      params: names(params),
      metrics: names(metrics),
      error,
    })),
  ).toEqual([
    // Its own reads happened before Tagline was there to see them.
    { ...nothing, writes: ["fs", "metric", "model", "param", "units"], params: { units: 16 } },
    { ...nothing, reads: ["fs"], files: [["in.csv", "write", 6]] },
    { ...nothing, reads: ["before", "fs"], writes: ["rows"], mutates: ["before"], files: [["in.csv", "read", 6]] },
    { ...nothing, reads: ["model", "units"], writes: ["scale"] },
    { ...nothing, reads: ["metric", "rows"], metrics: { rows: 3, loss: 0.5 } },
  ]);
  expect(tagline(project, "runs")).toMatch(/session +succeeded .* rows 3, loss 0.5/);
  expect(tagline(project, "why", "metric:rows")).toContain("file in.csv");
  expect(tagline(project, "models", "list")).toMatch(/^doubler +1 /m);
});
const nothing = { reads: [], writes: [], mutates: [], files: [], params: {}, metrics: {}, error: null };

// tslab drops the cells that come within 200 ms of one that failed, so that each failure has a notebook of its own.
test.each([
  ["throws", 'metric("a", 1);\nthrow new RangeError("too far");', "RangeError: too far"],
  ["rejects", "await Promise.reject(new TypeError('later'));", "TypeError: later"],
  [
    "registers",
    'import { model } from "tagline";\nconst options = { predict: (row: { a: number }) => row.a };\nmodel("m", options);',
    "its code cannot be read",
  ],
])(
  "a cell that %s in the stock tslab kernel fails there as ever, and is logged with its error",
  async (name, cell, message) => {
    const { outputs, traces } = await execute(name, ['import { metric } from "tagline";\nmetric("first", 1);', cell]);
    expect(outputs[1]).toContain(message);
    expect(traces.map(({ error }) => error && `${error.name}: ${error.message}`)).toEqual([
      null,
      expect.stringContaining(message),
    ]);
  },
);

test("a cell that does not compile in the stock tslab kernel is not logged", async () => {
  const { outputs, traces } = await execute("compiles", [
    'import { metric } from "tagline";\nmetric("a", 1);',
    "const wrong: number = 'x';",
  ]);
  expect(outputs[1]).toContain("not assignable");
  expect(traces).toHaveLength(1);
});

test("TAGLINE_TRACK=off leaves the stock tslab kernel alone", async () => {
  process.env["TAGLINE_TRACK"] = "off";
  try {
    const { project, outputs } = await execute("off", ['import { metric } from "tagline";\nmetric("a", 1)']);
    expect(outputs).toEqual(["1\n"]);
    expect(existsSync(join(project, ".tagline", "lineage"))).toBe(false);
  } finally {
    delete process.env["TAGLINE_TRACK"];
  }
});
