import { expect, test } from "vitest";
import type { JsonSchema } from "../../../kernel-lib/src/notebook/cell-facts.js";
import { findFault } from "../../../kernel-lib/src/serve/find-fault.js";
import { readRows } from "../../../kernel-lib/src/serve/read-rows.js";

const order: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "integer" },
    to: { type: "object", properties: { street: { type: "string" } }, required: ["street"] },
    sizes: { type: "array", items: { type: "number" } },
    pair: { type: "array", prefixItems: [{ type: "number" }, { type: "string" }] },
    by: { anyOf: [{ type: "null" }, { type: "object", properties: { age: { type: "number" } }, required: ["age"] }] },
    tags: { type: "object", additionalProperties: { type: "boolean" } },
  },
  additionalProperties: false,
};

test.each([
  [{ id: 1.5 }, "id", '"id" must be a whole number, not 1.5'],
  [{ to: {} }, "to.street", '"to.street" is missing; it must be a text'],
  [{ to: [] }, "to", '"to" must be an object, not an empty list'],
  [{ sizes: [1, "2"] }, "sizes[1]", '"sizes[1]" must be a number, not "2"'],
  [{ pair: [1] }, "pair", '"pair" must be a list of 2, not of 1'],
  [{ pair: [1, 2] }, "pair[1]", '"pair[1]" must be a text, not 2'],
  [{ by: { age: "x" } }, "by.age", '"by.age" must be a number, not "x"'],
  [{ by: 3 }, "by", '"by" must be null or an object, not 3'],
  [{ tags: { a: 1 } }, "tags.a", '"tags.a" must be true or false, not 1'],
  [JSON.parse('{"id":1e999}'), "id", '"id" must be a whole number, not Infinity'],
])("findFault() of %j names %s", (value, field, message) => {
  expect(findFault(order, value)).toEqual({ field, message });
});

test("findFault() lets through what fits, with columns of which the schema says nothing", () => {
  for (const value of [
    {},
    { id: 1, more: "x" },
    { by: null },
    { by: { age: 1 } },
    { tags: { a: true } },
    { pair: [1, "a", 9] },
  ]) {
    expect(findFault(order, value)).toBe(null);
  }
  expect(findFault({}, [1, "x"])).toBe(null);
});

test("readRows() takes a list that is itself one row of a model over lists", () => {
  const numbers: JsonSchema = { type: "array", items: { type: "number" } };
  expect(readRows([1, 2], numbers)).toEqual({ rows: [[1, 2]], isList: false });
  expect(readRows([[1, 2], [3]], numbers)).toEqual({ rows: [[1, 2], [3]], isList: true });
  expect(readRows([1, 2], { type: "number" })).toEqual({ rows: [1, 2], isList: true });
  expect(readRows({ any: "thing" }, null)).toEqual({ rows: [{ any: "thing" }], isList: false });
});
