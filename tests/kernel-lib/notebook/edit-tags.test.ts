import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { editTags } from "../../../kernel-lib/src/notebook/edit-tags.js";
import { readNotebook } from "../../../kernel-lib/src/notebook/read-notebook.js";

const jupyter = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a",
   "metadata": {},
   "outputs": [],
   "source": [
    "const x = 1; // {\\"tags\\": [\\\\"
   ]
  },
  {
   "cell_type": "code",
   "metadata": {
    "editable": true,
    "zoom": 1.50e+0
   },
   "source": "x"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

test("editTags() writes tags as Jupyter does, and leaves every other byte alone", () => {
  expect(
    editTags(
      jupyter,
      new Map([
        [0, ["step:load"]],
        [1, ["step:b", "after:load"]],
      ]),
    ),
  ).toBe(
    jupyter
      .replace(
        '"metadata": {},\n   "outputs"',
        '"metadata": {\n    "tags": [\n     "step:load"\n    ]\n   },\n   "outputs"',
      )
      .replace('true,\n    "zoom"', 'true,\n    "tags": [\n     "step:b",\n     "after:load"\n    ],\n    "zoom"'),
  );
});

test("editTags() replaces tags that are there, and takes them all away", () => {
  const text = '{"cells": [{"metadata": {"z": 1, "tags": ["a",\n "b"]}}], "metadata": {"tags": ["not these"]}}';
  expect(editTags(text, new Map([[0, []]]))).toBe(text.replace('["a",\n "b"]', "[]"));
  expect(editTags(text, new Map([[0, ["c", "d"]]]))).toBe(text.replace('["a",\n "b"]', '["c", "d"]'));
});

test("editTags() takes the file's line ends and its indentation by tabs", () => {
  const text = '{\r\n\t"cells": [\r\n\t\t{\r\n\t\t\t"metadata": {},\r\n\t\t\t"source": ""\r\n\t\t}\r\n\t]\r\n}\r\n';
  expect(editTags(text, new Map([[0, ["skip"]]]))).toBe(
    text.replace("{},", '{\r\n\t\t\t\t"tags": [\r\n\t\t\t\t\t"skip"\r\n\t\t\t\t]\r\n\t\t\t},'),
  );
});

test("editTags() adds the metadata that a cell lacks, in a file of one line with a byte order mark", () => {
  const text = '\uFEFF{"metadata":{},"cells":[{"cell_type":"code","source":"1"},{"source":"2","cell_type":"code"}]}';
  const edited = editTags(
    text,
    new Map([
      [0, ["setup"]],
      [1, ["skip"]],
    ]),
  );
  expect(edited).toBe(
    '\uFEFF{"metadata":{},"cells":[{"cell_type":"code","metadata":{"tags": ["setup"]},"source":"1"},{"source":"2","cell_type":"code","metadata":{"tags": ["skip"]}}]}',
  );
});

test("editTags() refuses a cell that is not there", () => {
  expect(() => editTags(jupyter, new Map([[2, ["skip"]]]))).toThrow(
    "Cannot set tags of cell 2: the notebook has 2 cells",
  );
});

for (const name of ["penguins", "flights"]) {
  test(`editTags() changes nothing but tags in ${name}.ipynb, and back again gives the same bytes`, () => {
    const text = readFileSync(new URL(`../../../notebooks/${name}.ipynb`, import.meta.url), "utf8");
    const before = readNotebook(name, text);
    const edited = editTags(text, new Map(before.cells.map(({ index }) => [index, [`step:s${index}`, 'a "b"\n']])));
    const after = readNotebook(name, edited);
    expect(after.cells.map((cell) => ({ ...cell, tags: [] }))).toEqual(
      before.cells.map((cell) => ({ ...cell, tags: [] })),
    );
    expect(after.cells.map(({ tags }) => tags)).toEqual(before.cells.map(({ index }) => [`step:s${index}`, 'a "b"\n']));
    const tagged = before.cells.filter(({ tags }) => tags.length > 0);
    const back = editTags(text, new Map(tagged.map(({ index, tags }) => [index, tags])));
    expect(back).toBe(text);
  });
}
