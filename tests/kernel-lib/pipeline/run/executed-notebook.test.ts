import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratchNotebook } from "./support/scratch-notebook.js";

vi.setConfig({ testTimeout: 120_000 });

interface Cell {
  readonly id: string;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

test("a run keeps the notebook as it was executed: outputs, counts, params and the failing cell's error", async () => {
  const notebook = scratchNotebook([
    { id: "p", tag: "parameters", source: 'import { param } from "tagline";\nconst units = param("units", 16);' },
    { id: "look", tag: "", source: "units" },
    { id: "load", tag: "step:load", source: "const rows = [1, 2];\nconsole.log('two');\nrows.length * units" },
    { id: "a", tag: "step:fail", source: "console.log('before');" },
    { id: "b", tag: "step:fail", source: "\nthrow new RangeError('no ' + rows.length);" },
    { id: "c", tag: "step:fail", source: "console.log('never');" },
    { id: "late", tag: "step:late", source: "rows.length;" },
  ]);
  const document = await notebook.document(["-p", "units=3"]);
  const path = join(notebook.folder, ".tagline", "runs", document.run, "executed.ipynb");
  const { cells, metadata, nbformat }: { cells: Cell[]; metadata: object; nbformat: number } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  expect(nbformat).toBe(4);
  expect(metadata).toMatchObject({ tagline: { run: { run: document.run, status: "failed", params: { units: 3 } } } });
  expect(cells.map(({ id, execution_count }) => [id, execution_count])).toEqual([
    ["p", 1],
    ["tagline-params", null],
    ["look", null],
    ["load", 2],
    ["a", 3],
    ["b", 4],
    ["c", null],
    ["late", 5],
  ]);
  expect(cells[1]?.source).toBe(`// Parameters of run ${document.run}\n// units = 3`);
  expect(cells.slice(3).map(({ outputs }) => outputs)).toEqual([
    [
      { output_type: "stream", name: "stdout", text: "two\n" },
      { output_type: "display_data", data: { "text/plain": "6" }, metadata: {} },
    ],
    [{ output_type: "stream", name: "stdout", text: "before\n" }],
    [
      {
        output_type: "error",
        ename: "RangeError",
        evalue: "no 2",
        traceback: [expect.stringContaining("RangeError: no 2 (line 2"), expect.stringContaining("line 2")],
      },
    ],
    [],
    [{ output_type: "display_data", data: { "text/plain": "2" }, metadata: {} }],
  ]);
  // What a cached step showed stands in the next run's record, too.
  const again = await notebook.document(["-p", "units=3", "--to", "load"]);
  const next = JSON.parse(readFileSync(join(notebook.folder, ".tagline", "runs", again.run, "executed.ipynb"), "utf8"));
  expect(next.cells[3].outputs).toEqual(cells[3]?.outputs);
  expect(next.cells[7].outputs).toEqual([]);
});

test("a value that cannot be stored fails its step at the cell and line that made it", async () => {
  const notebook = scratchNotebook([
    { id: "a", tag: "step:make", source: "const one = 1;\nconst ops = { add: (a: number, b: number) => a + b };" },
    { id: "b", tag: "step:make", source: "const two = one + 1;" },
    { id: "c", tag: "step:use", source: "ops.add(two, 1);" },
  ]);
  const { steps } = await notebook.document();
  expect(steps[0]?.error).toMatchObject({
    cellId: "a",
    line: 2,
    message: expect.stringContaining("Cannot store ops.add"),
  });
});
