import { expect, test } from "vitest";
import { parseFrames, placeInCell } from "../../../../kernel-lib/src/pipeline/run/locate-error.js";

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
  expect(placeInCell(source, 7, 3)).toEqual({ cellId: "b", cellNumber: "7", line: 3, column: 1 });
  expect(placeInCell(source, 1, 1)).toBeNull();
});
