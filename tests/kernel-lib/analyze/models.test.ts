import { expect, test } from "vitest";
import { cellFacts } from "../../../kernel-lib/src/analyze/notebook-facts.js";
import type { JsonSchema, ModelFacts } from "../../../kernel-lib/src/notebook/cell-facts.js";
import { folder } from "./session.js";

function modelsIn(source: string, speed: "bind" | "check" = "check"): readonly ModelFacts[] {
  return cellFacts(source, { speed, folder }).models ?? [];
}

/** The schema of a type as `predict` takes it, after some declarations. */
function inputOf(type: string, declarations = ""): JsonSchema | null | undefined {
  const source = `import { model } from "tagline";\n${declarations}\nmodel("m", { predict: (row: { x: ${type} }) => 1 });`;
  return modelsIn(source)[0]?.input?.properties?.["x"];
}

test.each<[type: string, schema: JsonSchema, declarations?: string]>([
  ["string", { type: "string" }],
  ["number", { type: "number" }],
  ["boolean", { type: "boolean" }],
  ["bigint", { type: "integer" }],
  ["any", {}],
  ["unknown", {}],
  ["null", { type: "null" }],
  ["number | null", { type: ["number", "null"] }],
  ["string | number", { type: ["string", "number"] }],
  ['"FEMALE" | "MALE" | null', { type: ["string", "null"], enum: ["FEMALE", "MALE", null] }],
  ['"b" | "a"', { type: "string", enum: ["b", "a"] }],
  ["1 | 2", { type: "number", enum: [1, 2] }],
  ["true", { type: "boolean", enum: [true] }],
  ["Sex", { type: ["string", "null"], enum: ["F", "M", null] }, 'type Sex = "F" | "M" | null;'],
  ["number[]", { type: "array", items: { type: "number" } }],
  ["(number | null)[]", { type: "array", items: { type: ["number", "null"] } }],
  ["ReadonlyArray<string | null>", { type: "array", items: { type: ["string", "null"] } }],
  ["Float64Array", { type: "array", items: { type: "number" } }],
  ["[string, number | null]", { type: "array", prefixItems: [{ type: "string" }, { type: ["number", "null"] }] }],
  ["Date", { type: "string" }],
  ["Date | null", { type: ["string", "null"] }],
  ["Map<string, number>", {}],
  ["Record<string, number>", { type: "object", additionalProperties: { type: "number" } }],
  ["Record<string, number | null>", { type: "object", additionalProperties: { type: ["number", "null"] } }],
  [
    'Record<"a" | "b", number>',
    { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
  ],
  ["{ [key: string]: string }", { type: "object", additionalProperties: { type: "string" } }],
  ["string | number[]", { anyOf: [{ type: "string" }, { type: "array", items: { type: "number" } }] }],
  [
    "Place",
    {
      type: "object",
      properties: { lat: { type: "number" }, name: { type: "string", description: "As people say it." } },
      required: ["lat"],
    },
    "interface Place { lat: number;\n/** As people say it. */ name?: string }",
  ],
  [
    "Place",
    { type: "object", properties: { lat: { type: ["number", "null"] } } },
    "interface Place { lat: number | null | undefined }",
  ],
  ["Partial<Place>", { type: "object", properties: { lat: { type: "number" } } }, "interface Place { lat: number }"],
  [
    "Box<string>",
    { type: "object", properties: { value: { type: "string" } }, required: ["value"] },
    "interface Box<T> { value: T }",
  ],
  ["object", { type: "object" }],
  ["Species", { type: "number", enum: [0, 1] }, "enum Species { Adelie, Gentoo }"],
])("schemaOfType() reads %s", (type, schema, declarations) => {
  expect(inputOf(type, declarations)).toEqual(schema);
});

test("schemaOfType() ends where a type holds itself", () => {
  expect(inputOf("Tree", "interface Tree { left: Tree | null; value: number }")).toEqual({
    type: "object",
    properties: { left: {}, value: { type: "number" } },
    required: ["left", "value"],
  });
});

test("modelFacts() reads a named function, with the types of its row and of what it promises", () => {
  const source = `import { model } from "tagline";
interface Bird {
  /** Grams. */
  "Body Mass (g)": number | null;
  Sex?: "MALE" | "FEMALE";
}
async function predict(bird: Bird): Promise<{ species: string; p: number | null }> { return { species: "Adelie", p: 1 }; }
model("penguins", { predict, metrics: { accuracy: 1 } });`;
  const [facts] = modelsIn(source);
  expect(facts).toEqual({
    name: "penguins",
    line: 8,
    lastArgumentEnd: source.lastIndexOf(");"),
    predict: { kind: "name", name: "predict" },
    input: {
      type: "object",
      properties: {
        "Body Mass (g)": { type: ["number", "null"], description: "Grams." },
        Sex: { type: "string", enum: ["MALE", "FEMALE"] },
      },
      required: ["Body Mass (g)"],
    },
    output: {
      type: "object",
      properties: { species: { type: "string" }, p: { type: ["number", "null"] } },
      required: ["species", "p"],
    },
  });
});

test("modelFacts() reads inline functions and methods, with what they take from outside", () => {
  const [arrow, method] = modelsIn(`import { model } from "tagline";
const scale = { mean: 1 }; type Row = { x: number };
model("a", { predict: (row: Row) => row.x - scale.mean + offset });
model("b", { async predict(rows: Row[]) { return rows.map((row) => row.x > 0 ? "up" as const : "down" as const); } });`);
  expect(arrow?.predict).toMatchObject({ kind: "inline", free: ["scale", "offset"], types: ["Row"] });
  expect(method).toMatchObject({
    predict: { kind: "inline", method: true, types: ["Row"] },
    input: { type: "object", properties: { x: { type: "number" } }, required: ["x"] },
    output: { type: "string", enum: ["down", "up"] },
    takesRows: true,
  });
});

test("modelFacts() knows names at bind speed, and leaves out what cannot travel", () => {
  expect(
    modelsIn(`import { model as register } from "tagline";\nregister("m", { predict: classify });`, "bind"),
  ).toMatchObject([{ name: "m", predict: { kind: "name", name: "classify" }, input: null, output: null }]);
  const unread = `import { model } from "tagline";
model(name, { predict });
model("m", options);
for (const k of [1]) model("k", { predict: (x) => x * k });`;
  const facts = cellFacts(unread, { speed: "check", folder });
  expect([facts.models, facts.unreadModels]).toEqual([undefined, [2, 3, 4]]);
});
