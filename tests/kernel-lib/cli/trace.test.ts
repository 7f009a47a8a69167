import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { CellReport } from "../../../kernel-lib/src/cli/trace/cell-report.js";
import { readCorpus } from "../track/read-corpus.js";
import { scratchFolder, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

/** Writes a notebook of code cells `c0`, `c1`… and returns its path. */
function writeNotebook(folder: string, ...cells: readonly string[]): string {
  const path = join(folder, "notebook.ipynb");
  const code = cells.map((source, index) => ({
    cell_type: "code",
    id: `c${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const prose = { cell_type: "markdown", id: "prose", metadata: {}, source: "# Prose" };
  const metadata = { kernelspec: { name: "tagline", display_name: "TypeScript (Tagline)", language: "typescript" } };
  writeFileSync(path, JSON.stringify({ cells: [prose, ...code], metadata, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

async function trace(
  folder: string,
  path: string,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly reports: readonly CellReport[]; readonly stderr: string }> {
  const { code, stdout, stderr } = await tagline(folder, "trace", path, "--json", ...args);
  expect(stdout, stderr).toMatch(/^\[/);
  return { code, reports: JSON.parse(stdout), stderr };
}

/** An expected report, of what is not empty. */
function report(cell: string, facts: Partial<CellReport>): CellReport {
  return { cell, reads: [], writes: [], mutates: [], files: [], params: [], metrics: [], error: null, ...facts };
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test("tagline trace tells what each code cell did, leaves the file alone and writes no log", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "package.json"), "{}");
  mkdirSync(join(folder, "work"));
  writeFileSync(join(folder, "in.txt"), "");
  const path = writeNotebook(
    join(folder, "work"),
    'import { readFileSync, writeFileSync } from "node:fs";\nimport { metric, param } from "tagline";',
    'const text = readFileSync("../in.txt", "utf8");\nwriteFileSync("out.txt", text);\nconsole.log("printed");',
    'param("units", 16, { min: 1 });\nmetric("loss", 0.5, { step: 1 });\nmetric("loss", 0.25, { step: 2 });',
  );
  const before = readFileSync(path, "utf8");
  const { code, reports, stderr } = await trace(folder, "work/notebook.ipynb");
  expect(stderr).toContain("printed\n");
  expect(reports).toEqual([
    report("c0", { writes: ["metric", "param", "readFileSync", "writeFileSync"] }),
    report("c1", {
      reads: ["readFileSync", "writeFileSync"],
      writes: ["text"],
      files: [
        { path: "../in.txt", mode: "read", sha256: emptyHash, bytes: 0 },
        { path: "out.txt", mode: "write", sha256: emptyHash, bytes: 0 },
      ],
    }),
    report("c2", {
      reads: ["metric", "param"],
      params: [{ name: "units", value: 16, default: 16, min: 1 }],
      metrics: [
        { name: "loss", value: 0.5, step: 1 },
        { name: "loss", value: 0.25, step: 2 },
      ],
    }),
  ]);
  expect(code).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect([readdirSync(folder).sort(), readdirSync(join(folder, "work")).sort()]).toEqual([
    ["in.txt", "package.json", "work"],
    ["notebook.ipynb", "out.txt"],
  ]);
});

test("tagline trace goes on after cells that fail, stop or never end, and exits with 1", async () => {
  const folder = scratchFolder();
  const path = writeNotebook(
    folder,
    "const list: number[] = [];",
    'list.push(1);\nthrow new RangeError("here");',
    'const n: number = "text";',
    "await new Promise(() => {});",
    "await new Promise(() => {});\nlist;",
    'throw "text";',
    "process.exit(3);",
    'setTimeout(() => { throw new Error("late"); });\nPromise.reject(new Error("unheard"));\nawait new Promise((r) => setTimeout(r, 20));',
    "setInterval(() => {}, 1000);\nlist.length",
  );
  const { code, reports, stderr } = await trace(folder, path);
  expect(reports.map(({ error, ...facts }) => [facts, error?.name ?? null])).toEqual(
    [
      report("c0", { writes: ["list"] }),
      report("c1", { reads: ["list"], mutates: ["list"] }),
      report("c2", {}),
      report("c3", {}),
      report("c4", {}),
      report("c5", {}),
      report("c6", {}),
      report("c7", {}),
      report("c8", { reads: ["list"] }),
    ].map(({ error: _, ...facts }, index) => [
      facts,
      [
        null,
        "RangeError",
        "TypeScriptError",
        "UnsettledPromise",
        "UnsettledPromise",
        "Error",
        "ProcessExit",
        null,
        null,
      ][index],
    ]),
  );
  expect(reports[1]?.error).toMatchObject({ message: "here", line: 2, column: 7 });
  expect(stderr).toContain("late");
  expect(stderr).toContain("unheard");
  expect(code).toBe(1);
});

test("tagline trace tells of every cell even if the process dies under one", async () => {
  const folder = scratchFolder();
  const path = writeNotebook(
    folder,
    "const a = 1;",
    'require("node:child_process").execSync("kill -9 " + process.pid);',
    "a",
  );
  const { code, reports } = await trace(folder, path);
  expect(reports.map(({ cell, writes, error }) => [cell, writes, error?.name ?? null])).toEqual([
    ["c0", ["a"], null],
    ["c1", [], "ProcessEnded"],
    ["c2", [], "NotRun"],
  ]);
  expect(code).toBe(1);
});

test("tagline trace --timeout stops a loop and a wait, and goes on", async () => {
  const folder = scratchFolder();
  const path = writeNotebook(
    folder,
    "let n = 0;",
    "setInterval(() => {}, 1000);\nawait new Promise(() => {});",
    "for (;;) {}",
    "n",
  );
  const { code, reports } = await trace(folder, path, "--timeout", "6");
  expect(reports.map(({ cell, reads, error }) => [cell, reads, error?.name ?? null])).toEqual([
    ["c0", [], null],
    ["c1", [], "TimeoutError"],
    ["c2", [], "TimeoutError"],
    ["c3", ["n"], null],
  ]);
  expect(code).toBe(1);
});

test("a callback that outlives its cell is told under it", async () => {
  const folder = scratchFolder();
  const path = writeNotebook(
    folder,
    "const log: string[] = [];",
    'setTimeout(() => log.push("late"), 30);',
    "await new Promise((r) => setTimeout(r, 300));",
    "log.length",
  );
  const { reports } = await trace(folder, path);
  expect(reports).toEqual([
    report("c0", { writes: ["log"] }),
    report("c1", { reads: ["log"], mutates: ["log"] }),
    report("c2", {}),
    report("c3", { reads: ["log"] }),
  ]);
});

test("what a module of the project holds is seen under the names that import it", async () => {
  const folder = scratchFolder();
  writeFileSync(
    join(folder, "lib.ts"),
    `export const cache: number[] = [];
export function add(n: number): void { cache.push(n); }
export class Store { #items: number[] = []; put(n: number): void { this.#items.push(n); } }`,
  );
  const path = writeNotebook(
    folder,
    'import { add, cache, Store } from "./lib.ts";\nimport * as lib from "./lib.ts";',
    "add(1);",
    "lib.cache.push(2);",
    "const store = new Store();",
    "store.put(1);",
    "String(Store).includes('tl')",
  );
  const { reports } = await trace(folder, path);
  expect(reports.map(({ files: _, ...rest }) => rest)).toEqual(
    [
      report("c0", { writes: ["Store", "add", "cache", "lib"] }),
      report("c1", { reads: ["add"], mutates: ["cache", "lib"] }),
      report("c2", { reads: ["lib"], mutates: ["cache", "lib"] }),
      report("c3", { reads: ["Store"], writes: ["store"] }),
      report("c4", { reads: ["store"], mutates: ["store"] }),
      report("c5", { reads: ["Store"] }),
    ].map(({ files: _, ...rest }) => rest),
  );
  expect(reports[0]?.files.map(({ path: file, mode }) => [file, mode])).toEqual([["lib.ts", "read"]]);
});

test("cells without ids are named by their place; without --json the same is a table", async () => {
  const folder = scratchFolder();
  const cells = [
    { cell_type: "markdown", metadata: {}, source: ["# Prose"] },
    { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: ["const a = 1;\n", "a"] },
  ];
  writeFileSync(join(folder, "old.ipynb"), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
  expect((await trace(folder, "old.ipynb")).reports).toEqual([report("cell-1", { writes: ["a"] })]);
  expect(await tagline(folder, "trace", "old.ipynb")).toEqual({
    code: 0,
    stdout: "cell    writes\ncell-1  a\n\n1 cell, 0 failed\n",
    // The command may have to be built first, and says so.
    stderr: expect.stringMatching(/(^|\n)1\n$/),
  });
});

test.each(["aliases", "classes", "closures"])("the corpus's %s are told the same by the command", async (theme) => {
  const folder = scratchFolder();
  const cells = readCorpus()
    .filter(({ name }) => name.startsWith(`${theme}: `))
    .flatMap((one) => one.cells);
  const { reports } = await trace(folder, writeNotebook(folder, ...cells.map(({ code }) => code)));
  const observed = reports.map(({ reads, writes, mutates, error }, index) => ({
    code: cells[index]?.code,
    reads,
    writes,
    mutates,
    error: error?.name ?? null,
  }));
  expect(observed).toEqual(cells);
});

test("tagline trace runs a JavaScript notebook by JavaScript's rules, and takes a notebook's own word for its types", async () => {
  const folder = scratchFolder();
  const path = writeNotebook(folder, "const made = {}; made.a = 1;", "count = made.a; count.nothing", "count = 'text'");
  const notebook = JSON.parse(readFileSync(path, "utf8"));
  const facts = [
    report("c0", { writes: ["made"] }),
    report("c1", { reads: ["made"], writes: ["count"] }),
    report("c2", { writes: ["count"] }),
  ];
  const kernelspec = { name: "jslab", display_name: "JavaScript", language: "javascript" };
  for (const metadata of [{ kernelspec }, { ...notebook.metadata, tagline: { typecheck: false } }]) {
    writeFileSync(path, JSON.stringify({ ...notebook, metadata }));
    expect(await trace(folder, path)).toMatchObject({ code: 0, reports: facts });
  }
});
