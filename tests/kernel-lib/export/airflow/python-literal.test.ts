import { expect, test } from "vitest";
import { pythonComment, pythonLiteral, pythonName } from "../../../../kernel-lib/src/export/airflow/python-literal.js";

test.each([
  [null, "None"],
  [true, "True"],
  [-0, "-0.0"],
  [1e21, "1e+21"],
  [Number.NaN, 'float("nan")'],
  [Number.NEGATIVE_INFINITY, 'float("-inf")'],
  [[1, "a", [false]], '[1, "a", [False]]'],
  [{ 'ke"y': null }, '{"ke\\"y": None}'],
  ['it\'s "so"\\ \n \u2028\u202e', '"it\'s \\"so\\"\\\\ \\n \\u2028\\u202e"'],
])("pythonLiteral() writes %j so that Python reads the same", (value, text) => {
  expect(pythonLiteral(value)).toBe(text);
});

test("pythonComment() keeps text on its line", () => {
  expect(pythonComment("a\r\nimport os\u2028b")).toBe("a import os b");
});

test("pythonName() makes a name of any text, apart from words of the language and names that are taken", () => {
  expect(["train-model", "class", "print", "1st", "done"].map((text) => pythonName(text, new Set(["done"])))).toEqual([
    "train_model",
    "class_",
    "print_",
    "_1st",
    "done_",
  ]);
});
