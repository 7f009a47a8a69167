import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";
import { placeInCell } from "../../../../kernel-lib/src/pipeline/run/cell-places.js";
import { locateError } from "../../../../kernel-lib/src/pipeline/run/locate-error.js";
import { parseFrames } from "../../../../kernel-lib/src/pipeline/run/parse-frames.js";

test("parseFrames() reads V8's frames that lie in files", () => {
  const stack = `TypeError: no
    at scale (file:///p/dist/shared.js:4:9)
    at Array.map (<anonymous>)
    at async train (file:///p/dist/steps/train.js:12:3)
    at file:///p/dist/steps/with%20space.js:1:2
    at node:internal/process/task_queues:95:5
    at Object.<anonymous> (/p/lib/old.cjs:7:1)`;
  expect(parseFrames(stack)).toEqual([
    { functionName: "scale", file: "/p/dist/shared.js", line: 4, column: 9 },
    { functionName: "train", file: "/p/dist/steps/train.js", line: 12, column: 3 },
    { functionName: "", file: "/p/dist/steps/with space.js", line: 1, column: 2 },
    { functionName: "Object.<anonymous>", file: "/p/lib/old.cjs", line: 7, column: 1 },
  ]);
});

const source = `import { cell } from "tagline/pipeline";
export async function train() {
  // notebook cell 6 [9f3a11c2] line 1
  cell("9f3a11c2", 1);
  const a = 1;
  // notebook cell 7 [b] line 3
  fail(a);
}
`;

test("placeInCell() counts from the nearest marker above, without the indentation", () => {
  expect(placeInCell(source, 7, 3)).toEqual({
    cellId: "b",
    cellNumber: "7",
    line: 3,
    column: 1,
    codeFrame: "> 3 │ fail(a);\n    │ ^",
  });
  expect(placeInCell(source, 1, 1)).toBeNull();
});

test("locateError() gives the place in the running cell where a function of another cell threw", () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-locate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = `// notebook cell 1 [helpers] line 4
const parse = () => { throw new Error("no"); };
// notebook cell 3 [running] line 1

parse();
`;
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, {
    fileName: "x.ts",
    compilerOptions: { sourceMap: true },
  });
  writeFileSync(join(folder, "x.ts"), text);
  writeFileSync(join(folder, "x.js.map"), sourceMapText);
  expect(outputText).toContain("parse()");
  const stack = `Error: no\n    at parse (${join(folder, "x.js")}:2:31)\n    at ${join(folder, "x.js")}:4:1`;
  expect(locateError({ name: "Error", message: "no", stack, cellId: "running" }, folder)).toMatchObject({
    cellId: "running",
    line: 2,
    column: 1,
    codeFrame: "  1 │\n> 2 │ parse();\n    │ ^",
    stack: [expect.stringMatching(/^parse, cell 1 line 4, column \d+$/), "cell 3 line 2, column 1"],
  });
});
