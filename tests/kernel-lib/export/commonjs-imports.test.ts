import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { namesInNode, withCommonJsNames } from "../../../kernel-lib/src/export/commonjs-imports.js";

const namesOf = (specifier: string): ReadonlySet<string> | null =>
  specifier === "old" ? new Set(["default", "seen"]) : null;

test.each([
  ['import { seen } from "old";', 'import { seen } from "old";'],
  ['import { hidden } from "new";', 'import { hidden } from "new";'],
  ['import { seen, hidden as h } from "old";', 'import old from "old";\nconst { seen, hidden: h } = old;'],
  ['import all, { hidden } from "old";', 'import all from "old";\nconst { hidden } = all;'],
  [
    'import { type T, hidden } from "old";',
    'import type { T } from "old";\nimport old from "old";\nconst { hidden } = old;',
  ],
  ['import { hidden } from "old";\nold(1);', 'import oldModule from "old";\nconst { hidden } = oldModule;\nold(1);'],
  ['import type { T } from "old";', 'import type { T } from "old";'],
])("withCommonJsNames() of %j", (text, expected) => {
  expect(withCommonJsNames(text, namesOf)).toBe(expected);
});

test("namesInNode() tells what Node finds in a CommonJS package, and leaves other modules alone", () => {
  const names = namesInNode(fileURLToPath(new URL("../../../", import.meta.url)));
  expect(names("lodash")?.has("default")).toBe(true);
  expect(names("arquero")).toBeNull();
  expect(names("no-such-package")).toBeNull();
});
