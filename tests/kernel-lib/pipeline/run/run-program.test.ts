import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readLog } from "../../../../kernel-lib/dist/lineage/read-log.js";
import { reasons, scratchProgram, statuses } from "./support/scratch-program.js";

const LOAD = `
import { readFileSync } from "node:fs";
import { cell, show } from "tagline/pipeline";
export async function load() {
  // notebook cell 1 [c-load] line 1
  cell("c-load", 1);
  const rows = readFileSync("data.csv", "utf8").trim().split("\\n").map(Number);
  const first = rows;
  console.log("read", rows.length);
  show(rows.length);
  return { rows, first };
}
export default load;
`;

const FIT = `
import { metric } from "tagline";
import { cell } from "tagline/pipeline";
import { factor } from "../parameters.js";
export async function fit({ rows, first }: any) {
  // notebook cell 3 [c-fit] line 1
  cell("c-fit", 2);
  metric("sum", rows.reduce((a: number, b: number) => a + b, 0) * factor);
  metric("shared", rows === first ? 1 : 0);
  return {};
}
export default fit;
`;

const PARAMETERS = `
import { param } from "tagline";
// notebook cell 2 [c-params] line 1
export const factor = param("factor", 2, { min: 1 });
`;

const two = (): ReturnType<typeof scratchProgram> => {
  const program = scratchProgram(
    {
      params: [{ name: "factor", type: "number", default: 2, min: 1, cell: "c-params" }],
      steps: [
        { name: "load", takes: {}, gives: ["first", "rows"], params: [], cells: ["c-load"] },
        { name: "fit", takes: { rows: "load", first: "load" }, gives: [], params: ["factor"], cells: ["c-fit"] },
      ],
    },
    { "steps/load.ts": LOAD, "steps/fit.ts": FIT, "parameters.ts": PARAMETERS },
  );
  program.write("work/data.csv", "1\n2\n3\n");
  return program;
};

test("runProgram() runs steps in their own processes, hands values on with their identity, and reuses everything the second time", async () => {
  const program = two();
  const first = await program.run();
  expect(first.document).toMatchObject({
    status: "succeeded",
    params: { factor: 2 },
    metrics: { sum: 12, shared: 1 },
    steps: [
      {
        name: "load",
        status: "done",
        reason: "first run",
        cells: ["c-load"],
        outputs: [
          { name: "first", type: "json" },
          { name: "rows", type: "json" },
        ],
      },
      { name: "fit", status: "done", reason: "first run", metrics: { sum: 12, shared: 1 }, outputs: [] },
    ],
  });
  expect(first.progress).toContainEqual({
    kind: "log",
    run: first.document.run,
    step: "load",
    stream: "stdout",
    text: "read 3",
  });

  const second = await program.run();
  expect(second.document.run).not.toBe(first.document.run);
  expect(second.document.metrics).toEqual(first.document.metrics);
  expect(statuses(second.document)).toEqual({ load: "cached", fit: "cached" });
  expect(reasons(second.document)["load"]).toBe(`same code, inputs, params and files as run ${first.document.run}`);
});

test("runProgram() logs each run whole: its steps, its cells' files, params and metrics, cached or not", async () => {
  const program = two();
  await program.run();
  const { document } = await program.run();
  const events = readLog(program.folder)
    .events.map(({ event }) => event)
    .filter((event) => "run" in event && event.run === document.run);
  expect(events.map((event) => event.kind)).toEqual(["run.started", "step.finished", "step.finished", "run.finished"]);
  const cells = events.flatMap((event) => (event.kind === "step.finished" ? event.cells : []));
  expect(cells.map((trace) => trace.cellId)).toEqual(["c-load", "c-params", "c-fit"]);
  expect(cells[0]?.files).toMatchObject([{ path: join(program.folder, "work/data.csv"), mode: "read", bytes: 6 }]);
  expect(cells[1]?.params).toMatchObject([{ name: "factor", value: 2, default: 2, min: 1 }]);
  expect(cells[2]?.metrics).toMatchObject([
    { name: "sum", value: 12 },
    { name: "shared", value: 1 },
  ]);
});

test("runProgram() says why a step runs again", async () => {
  const program = two();
  await program.run();

  program.write("work/data.csv", "1\n2\n3\n4\n");
  const fileChanged = await program.run();
  expect(fileChanged.document.metrics["sum"]).toBe(20);
  expect(reasons(fileChanged.document)).toEqual({
    load: "file work/data.csv changed",
    fit: "first and rows changed (from load)",
  });

  const paramChanged = await program.run({ params: { factor: "3" } });
  expect(paramChanged.document.metrics["sum"]).toBe(30);
  expect(statuses(paramChanged.document)).toEqual({ load: "cached", fit: "done" });
  expect(reasons(paramChanged.document)["fit"]).toBe("param factor changed");

  program.module("steps/fit.ts", FIT.replace('metric("sum"', 'metric("total"'));
  const codeChanged = await program.run({ params: { factor: 3 } });
  expect(codeChanged.document.metrics).toEqual({ total: 30, shared: 1 });
  expect(reasons(codeChanged.document)["fit"]).toBe("code changed");

  rmSync(join(program.folder, ".tagline/objects"), { recursive: true });
  const gone = await program.run({ params: { factor: 3 } });
  expect(reasons(gone.document)["load"]).toBe("the result of an earlier run is gone or damaged");
  expect(gone.document.metrics).toEqual({ total: 30, shared: 1 });
});

test("runProgram() finds an older result again when a file is put back", async () => {
  const program = two();
  await program.run();
  program.write("work/data.csv", "5\n");
  await program.run();
  program.write("work/data.csv", "1\n2\n3\n");
  const back = await program.run();
  expect(statuses(back.document)).toEqual({ load: "cached", fit: "cached" });
  expect(back.document.metrics["sum"]).toBe(12);
});

test("runProgram() refuses a wrong parameter before anything runs", async () => {
  const program = two();
  await expect(program.run({ params: { factor: 0 } })).rejects.toThrow(
    "Cannot set parameter factor to 0: the smallest allowed value is 1.",
  );
  await expect(program.run({ params: { facter: 3 } })).rejects.toThrow("Did you mean factor?");
  expect(readLog(program.folder).events).toEqual([]);
});

test("runProgram() runs a step again that has to hand on more than its kept result holds", async () => {
  const program = (gives: readonly string[]): ReturnType<typeof scratchProgram> =>
    scratchProgram(
      {
        params: [],
        steps: [
          { name: "count", takes: {}, gives, params: [], cells: [] },
          {
            name: "use",
            takes: Object.fromEntries(gives.map((name) => [name, "count"])),
            gives: [],
            params: [],
            cells: [],
          },
        ],
      },
      {
        "steps/count.ts": "export default async function count() { return { a: 1, b: 2 }; }",
        "steps/use.ts": "export default async function use() { return {}; }",
      },
    );
  const less = program(["a"]);
  await less.run();
  const more = program(["a", "b"]);
  cpSync(join(less.folder, ".tagline"), join(more.folder, ".tagline"), { recursive: true });
  const { document } = await more.run();
  expect(document.steps[0]).toMatchObject({ status: "done", reason: "b is needed later now" });
  expect(document.steps[1]).toMatchObject({ status: "done" });
});
