import { expect, test } from "vitest";
import { formatStale } from "../../../kernel-lib/src/cli/format-stale.js";
import type { StaleValue } from "../../../kernel-lib/src/lineage/questions/find-stale.js";

const stale = (name: string, cellId: string, count: number, ...reasons: StaleValue["reasons"]): StaleValue => ({
  kind: name.startsWith("!") ? "metric" : "variable",
  name: name.replace("!", ""),
  ...{ cellId, count, reasons },
});

function shown(...values: readonly StaleValue[]): string[] {
  const document = { notebook: "n.ipynb", session: "S", stale: values };
  const text = formatStale({ document, cellNumbers: { imports: 1, load: 2, fit: 4, score: 5 } });
  return text.split("\n").slice(2, -3);
}

test("formatStale() shows each cell where something went stale, with what hangs on it", () => {
  const imported = Array.from({ length: 12 }, (_, index) => stale(`helper${index}`, "imports", 1, { kind: "edited" }));
  expect(
    shown(
      ...imported,
      stale("rows", "load", 2, { kind: "upstream", name: "helper3" }),
      stale("model", "fit", 3, { kind: "upstream", name: "rows" }, { kind: "upstream", name: "helper1" }),
      stale("!accuracy", "score", 4, { kind: "upstream", name: "model" }),
      stale("old", "nowhere", 5, { kind: "deleted" }),
      stale("late", "score", 6, { kind: "order", name: "rows", from: "load", expected: "load" }),
    ),
  ).toEqual([
    "[1] cell 1: edited since",
    "  it made        helper0, helper1, helper2, helper3, helper4, helper5, helper6, helper7, helper8, helper9 and 2 more",
    "  made from it   rows, model, metric accuracy",
    "  by             cell 2, cell 4, cell 5",
    "",
    "[5] a cell that is gone: deleted since",
    "  it made        old",
    "",
    "[6] cell 5: rows was made again by cell 2 since",
    "  it made        late",
  ]);
});

test("formatStale() comes to an end where values are made from each other, or from one that was made again", () => {
  expect(
    shown(
      stale("a", "load", 1, { kind: "upstream", name: "b" }),
      stale("b", "fit", 2, { kind: "upstream", name: "a" }),
      stale("c", "score", 3, { kind: "upstream", name: "gone" }),
    ).filter((line) => line.startsWith("[")),
  ).toHaveLength(3);
});
