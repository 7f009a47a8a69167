import { expect, test } from "vitest";
import { type Cell, compile, problems } from "./support.js";

const cells: readonly Cell[] = [
  ["", "console.log('above all tags');"],
  ["imports", 'import { metric } from "tagline";'],
  ["", "const scale = 10;"],
  ["pipeline-parameters", "const top = 3;"],
  ["block:load", "const rows = [5, 1, 4, 2];"],
  ["", "const scaled = rows.map((x) => x * scale);"],
  ["skip", "console.log(scaled);"],
  ["", "interface Unused { x: number }"],
  ["block:pick prev:load", "const best = scaled.toSorted((a, b) => b - a).slice(0, top);"],
  ["pipeline-metrics", "console.log(best.length);"],
];

test("an untagged cell of a Kale notebook is offered the step above, passing over skip", () => {
  const compiled = compile(cells);
  expect(problems(compiled)).toEqual(
    ["TL014 c2:1", "TL010 c5:1", "TL014 c5:1", "TL010 c8:1", "TL015 c9:1"].sort(byCell),
  );
  expect(compiled.diagnostics.filter(({ code }) => code === "TL014").map(({ message, fix }) => [message, fix])).toEqual(
    [
      [
        "In Kale this cell, which has no tag, belongs to the setup cell above (cell 2); here it is left out. Tag cell 3 as setup to have it as in Kale.",
        { title: "Tag cell 3 as setup", cellId: "c2", addTags: ["setup"], removeTags: [] },
      ],
      [
        'In Kale this cell, which has no tag, belongs to step "load" above (cell 5); here it is left out. Tag cell 6 as step:load to have it as in Kale.',
        { title: "Tag cell 6 as step:load", cellId: "c5", addTags: ["step:load"], removeTags: [] },
      ],
    ],
  );
  // The value that another step needs is offered the same step, not the one that needs it.
  for (const { fix } of compiled.diagnostics.filter(({ code }) => code === "TL010"))
    expect(fix?.addTags).toEqual(["step:load"]);
});

test("what stands in a cell tagged pipeline-parameters are params", () => {
  expect(compile(cells).plan.params).toEqual([{ name: "top", type: "number", default: 3, cellId: "c3", line: 1 }]);
});

test("with the offered tags nothing is wrong, and without Kale's tags nothing is said", () => {
  const mended = cells.map(
    (cell, index): Cell => (index === 2 ? ["setup", cell[1]] : index === 5 ? ["step:load", cell[1]] : cell),
  );
  expect(problems(compile(mended))).toEqual(["TL015 c9:1"]);
  expect(
    problems(
      compile([
        ["step:a", "const a = [1];"],
        ["", "a.length;"],
      ]),
    ),
  ).toEqual([]);
});

function byCell(a: string, b: string): number {
  const [cellA, cellB] = [a, b].map((text) => text.split(" ")[1] ?? "");
  return cellA === cellB ? a.localeCompare(b) : (cellA ?? "").localeCompare(cellB ?? "");
}
