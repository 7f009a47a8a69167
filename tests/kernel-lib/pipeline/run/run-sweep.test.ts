import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type ScratchNotebook, scratchNotebook } from "./support/scratch-notebook.js";

vi.setConfig({ testTimeout: 120_000 });

/** Steps note what they do through a child process, whose files are no part of what they depend on. */
const NOTE =
  'import { execSync } from "node:child_process";\nconst note = (text: string) => execSync("echo " + text + " >> notes");';

function noted({ folder }: ScratchNotebook): string[] {
  const path = join(folder, "notes");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

function grid(train: string): ScratchNotebook {
  return scratchNotebook([
    { id: "s", tag: "setup", source: NOTE },
    {
      id: "p",
      tag: "parameters",
      source: 'import { metric, param } from "tagline";\nconst units = param("units", 1);',
    },
    { id: "load", tag: "step:load", source: "note('load');\nconst rows = [1, 2, 3];" },
    { id: "train", tag: "step:train", source: train },
  ]);
}

test("points of a grid run at the same time, do once what they share, and are told in their order", async () => {
  // Each waits until the other one has begun as well.
  const notebook = grid(
    [
      "note('begin' + units);",
      "const begun = () => execSync('sort -u notes').toString();",
      "while (!/begin1\\n/.test(begun()) || !/begin2\\n/.test(begun())) await new Promise((r) => setTimeout(r, 50));",
      "if (units === 1) await new Promise((r) => setTimeout(r, 500));",
      "metric('score', rows.length * units);",
    ].join("\n"),
  );
  const { code, stdout } = await notebook.run(["-p", "units=1,2", "--jobs", "2", "--json"]);
  expect(code).toBe(0);
  expect(noted(notebook).sort()).toEqual(["begin1", "begin2", "load"]);
  const { runs } = JSON.parse(stdout);
  expect(runs.map((run: { params: unknown; metrics: unknown }) => [run.params, run.metrics])).toEqual([
    [{ units: 1 }, { score: 3 }],
    [{ units: 2 }, { score: 6 }],
  ]);
});

test("what a grid is forced to do again, it does once", async () => {
  const notebook = grid("metric('score', rows.length * units);");
  await notebook.run();
  const { code } = await notebook.run(["-p", "units=1,2,3", "--force", "load", "--jobs", "3"]);
  expect({ code, notes: noted(notebook) }).toEqual({ code: 0, notes: ["load", "load"] });
});

test("a point of a grid that fails leaves the others alone, and the grid fails", async () => {
  const notebook = grid("if (units === 2) throw new Error('no ' + units);\nmetric('score', units);");
  const { code, stdout } = await notebook.run(["-p", "units=1,2,3", "--jobs", "1"]);
  expect(code).toBe(1);
  expect(stdout).toContain("2 of 3: units=2 │ ✗ train failed");
  expect(stdout).toMatch(/^1 +1 +succeeded.*\n2 +failed.*\n3 +3 +succeeded/m);
  expect((await notebook.run(["--jobs", "0"])).stderr).toBe(
    "Cannot run 0 steps at once: give a whole number above 0.\n",
  );
});
