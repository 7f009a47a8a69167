import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createCellCompiler } from "../../../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { CellExecutor } from "../../../../../kernel-lib/src/kernel/cell-executor.js";
import { openLog, openReader } from "../../../../../kernel-lib/src/lineage/index.js";
import type { Diagnostic } from "../../../../../kernel-lib/src/pipeline/compile/index.js";
import { compileNotebook } from "../../../../../kernel-lib/src/pipeline/run/compile-notebook.js";
import { readObserved } from "../../../../../kernel-lib/src/pipeline/run/observed/read-observed.js";
import { installTracking } from "../../../../../kernel-lib/src/track/index.js";
import { runStarted } from "../../../lineage/support.js";

vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => installTracking({ folder: process.cwd() }));

type Cell = readonly [id: string, tag: string, source: string];

/** Runs `session` in a real session, and asks what the log of it says against `notebook`. */
async function observe(notebook: readonly Cell[], session: readonly Cell[]): Promise<readonly Diagnostic[]> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "tagline-observed-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const executor = new CellExecutor({ folder: root, compiler: createCellCompiler({ folder: root }) });
  const log = openLog(root, { clock: () => 1000, author: "Ada", host: "lab" });
  log.append({ ...runStarted("01SESSION0000000000000000A"), notebook: "nb.ipynb" });
  for (const [index, [cellId, tag, code]] of session.entries()) {
    const output = { stream: () => {}, display: () => {} };
    const request = { code: code.replaceAll("DIR", root), cellId, tags: [tag], label: "cell", output };
    const { failure, trace } = await executor.execute(request);
    if (failure !== null || trace === null) throw new Error(failure?.evalue ?? "tracking is off");
    log.append({ kind: "cell.finished", run: "01SESSION0000000000000000A", count: index + 1, trace });
  }
  await log.close();
  const cells = notebook.map(([id, tag, source]) => ({
    cell_type: "code",
    id,
    source: source.replaceAll("DIR", root),
    metadata: { tags: tag === "" ? [] : tag.split(" ") },
  }));
  const { program } = await compileNotebook(JSON.stringify({ cells }), {
    path: join(root, "nb.ipynb"),
    name: "nb.ipynb",
  });
  expect(program.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return readObserved(program, openReader(root));
}

/** `TL060 load:1` */
function places(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, cellId, line }) => `${code} ${cellId}:${line}`);
}

const LOAD: Cell = ["load", "step:load", "const rows = [1, 2, 3];"];
const FIT: Cell = ["fit", "step:fit", "// the mean\nconst sum = rows.reduce((a, b) => a + b, 0);"];
const TELL: Cell = ["tell", "step:tell", "console.log(sum);"];

test("a session that ran from top to bottom says nothing against the graph", async () => {
  expect(await observe([LOAD, FIT, TELL], [LOAD, FIT, TELL, FIT, TELL])).toEqual([]);
});

test("TL060 names a cell of the pipeline that was edited since the session ran it", async () => {
  const [, , old] = LOAD;
  expect(
    await observe(
      [["load", "step:load", "const n = 4;\nconst rows = [1, 2, n];"], FIT],
      [["load", "step:load", old], FIT],
    ),
  ).toEqual([
    {
      code: "TL060",
      severity: "warning",
      message:
        'The session ran this cell before it was edited: "rows" there is of the old code, and a run uses the code as it stands now. Run the cell, and those that use it, again.',
      cellId: "load",
      line: 2,
    },
  ]);
});

test("TL061 names the step that uses what a deleted cell made or changed", async () => {
  const found = await observe([LOAD, FIT, TELL], [LOAD, ["gone", "", "rows.push(100);"], FIT, TELL]);
  expect(found).toEqual([
    {
      code: "TL061",
      severity: "warning",
      message:
        '"rows" in the session was made or changed by a cell that is gone (it ran as [2]); a run takes it from cell 1. Bring the cell back, or run the notebook again from top to bottom.',
      cellId: "fit",
      line: 2,
    },
  ]);
});

test("TL062 names a cell that read another value than a run gives it", async () => {
  const MORE: Cell = ["more", "step:more", "rows.push(4);"];
  expect(places(await observe([LOAD, FIT, MORE], [LOAD, MORE, FIT]))).toEqual(["TL062 fit:2"]);
  const [found] = await observe([LOAD, FIT, TELL], [LOAD, FIT, LOAD, TELL]);
  expect(found).toMatchObject({
    code: "TL062",
    cellId: "fit",
    message:
      'In the session this cell read "rows" before cell 1 made it again, so that it has seen an older value than a run gives it. Run the notebook from top to bottom, or this cell again.',
  });
});

test("TL063 names a cell that used what another step made without naming it", async () => {
  const SHARE: Cell = ["share", "step:load", "Object.assign(globalThis, { peek: () => rows.length });"];
  const USE: Cell = ["use", "step:use", "const n: number = Reflect.get(globalThis, 'peek')();"];
  const [found, ...more] = await observe([LOAD, SHARE, USE], [LOAD, SHARE, USE]);
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: "TL063",
    severity: "warning",
    message:
      'In the session this cell used "rows", which step "load" makes in cell 1, and its code does not show it: a run does not hand it on. Name "rows" in the cell, for example as an argument.',
    cellId: "use",
    line: 1,
  });
});

test("TL064 names a cell that changed a value in a way that its code does not show", async () => {
  const HIDE: Cell = [
    "hide",
    "step:hide",
    "const grow = (list: number[]) => Reflect.apply(list.push, list, [9]);\nReflect.apply(grow, null, [rows]);",
  ];
  const found = await observe([LOAD, HIDE, FIT], [LOAD, HIDE, FIT]);
  expect(places(found)).toEqual(["TL064 hide:2"]);
});

test("TL065 names a step that reads a file which another one writes, with the tag that it lacks", async () => {
  const WRITE: Cell = [
    "write",
    "step:write",
    "import { writeFileSync } from 'node:fs';\nwriteFileSync('DIR/out.csv', 'a,b');",
  ];
  const READ: Cell = [
    "read",
    "step:read",
    "import { readFileSync } from 'node:fs';\nconst text = readFileSync('DIR/out.csv', 'utf8');",
  ];
  const [found, ...more] = await observe([WRITE, READ], [WRITE, READ]);
  expect(more).toEqual([]);
  expect(found).toEqual({
    code: "TL065",
    severity: "warning",
    message:
      'Step "read" reads out.csv, which step "write" writes in cell 1, and may start before it is written. Tag a cell of "read" with after:write.',
    cellId: "read",
    line: 2,
    fix: { title: 'Add "after:write"', cellId: "read", addTags: ["after:write"], removeTags: [] },
  });
  const ordered: Cell = ["read", "step:read after:write", READ[2]];
  expect(await observe([WRITE, ordered], [WRITE, ordered])).toEqual([]);
});

test("a messy session says nothing of cells outside of the pipeline", async () => {
  const LOOK: Cell = ["look", "", "const peek = rows[0];"];
  expect(await observe([LOAD, FIT, ["look", "", "const peek = rows[1];"]], [LOAD, FIT, LOOK])).toEqual([]);
});
