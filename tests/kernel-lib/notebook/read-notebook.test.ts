import { expect, test } from "vitest";
import { NotebookError, readNotebook } from "../../../kernel-lib/src/notebook/read-notebook.js";

const notebook = (cells: unknown[], metadata: unknown = {}): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });

test("readNotebook() joins lines and reads tags, options and language", () => {
  const text = notebook(
    [
      { cell_type: "markdown", id: "m", source: "# Title", metadata: {} },
      {
        cell_type: "code",
        id: "c",
        source: ["const x = 1;\n", "x"],
        metadata: { tags: ["step:a", 7], tagline: { cache: false, timeoutS: 60 } },
        execution_count: 3,
      },
    ],
    { kernelspec: { language: "TypeScript" }, tagline: { strict: true } },
  );
  expect(readNotebook("a.ipynb", text)).toEqual({
    path: "a.ipynb",
    settings: { strict: true },
    language: "typescript",
    cells: [
      { id: "m", index: 0, kind: "markdown", source: "# Title", tags: [], options: {}, executionCount: null },
      {
        id: "c",
        index: 1,
        kind: "code",
        source: "const x = 1;\nx",
        tags: ["step:a"],
        options: { cache: false, timeoutS: 60 },
        executionCount: 3,
      },
    ],
  });
});

test("readNotebook() gives cells without an id one by their place, and never the same twice", () => {
  const code = { cell_type: "code", source: "", metadata: {} };
  const cells = readNotebook("a.ipynb", notebook([code, { ...code, id: "x" }, { ...code, id: "x" }])).cells;
  expect(cells.map(({ id }) => id)).toEqual(["cell-0", "x", "x-2"]);
});

test.each([
  ["not json", "it is not JSON"],
  ["[1]", "it is JSON but not a notebook"],
  ["{}", "it has no list of cells"],
  ['{"worksheets": []}', "nbformat 3: open it in JupyterLab and save it"],
])("readNotebook() says what is wrong with %j", (text, message) => {
  expect(() => readNotebook("a.ipynb", text)).toThrow(NotebookError);
  expect(() => readNotebook("a.ipynb", text)).toThrow(message);
});
