import { inspect } from "node:util";
import * as aq from "arquero";
import { expect, test } from "vitest";
import { display, setDisplaySink, toMimeBundle } from "../../../kernel-lib/src/display/index.js";

const MIME = "application/vnd.vegalite.v5+json";
const V5 = "https://vega.github.io/schema/vega-lite/v5.json";
const spec = { mark: "bar", data: { values: [{ a: 1 }] }, encoding: { x: { field: "a" } } };

/** How the text of a chart tells of a table. */
const brief = { [inspect.custom]: () => "[Table: 1 cols x 1 rows]" };

function data(value: unknown): Readonly<Record<string, unknown>> {
  return toMimeBundle(value).data;
}

test.each([
  ["a bare spec", spec, undefined],
  ["a spec of Vega-Lite 6", { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec }, undefined],
  ["an object with toSpec()", { toSpec: () => spec }, spec],
  ["a function with toSpec(), as vega-lite-api has it", Object.assign(() => 0, { toSpec: () => spec }), spec],
  ["an object with toObject()", { toObject: () => spec }, spec],
  ["a table as values", { ...spec, data: { values: aq.table({ a: [1] }) } }, { ...spec, data: { values: brief } }],
  ["a table as data", { ...spec, data: aq.table({ a: [1] }) }, { ...spec, data: brief }],
  ["big integers", { ...spec, data: { values: [{ a: 1n }] } }, undefined],
  ["an object without a prototype", Object.assign(Object.create(null), spec), undefined],
])("a chart is shown as Vega-Lite 5, which JupyterLab renders: %s", (_, chart, shown) => {
  expect(toMimeBundle(chart)).toEqual({
    data: { [MIME]: { ...spec, $schema: V5 }, "text/plain": inspect(shown ?? chart) },
    metadata: {},
  });
});

test("the text of a chart is what Node shows of its spec", () => {
  expect(data(spec)["text/plain"]).toBe(
    "{\n  mark: 'bar',\n  data: { values: [ [Object] ] },\n  encoding: { x: { field: 'a' } }\n}",
  );
});

test("a Vega spec is shown as Vega 5", () => {
  expect(data({ $schema: "https://vega.github.io/schema/vega/v6.json", marks: [] })).toEqual({
    "application/vnd.vega.v5+json": { $schema: "https://vega.github.io/schema/vega/v5.json", marks: [] },
    "text/plain": "{ '$schema': 'https://vega.github.io/schema/vega/v6.json', marks: [] }",
  });
});

test("layers with their own data are a chart; objects that only have such a field are not", () => {
  expect(data({ layer: [spec] })).toHaveProperty([MIME]);
  expect(data({ data: {}, layer: [{ mark: "bar" }] })).toHaveProperty([MIME]);
  expect(data({ mark: "bar" })).toEqual({ "text/plain": "{ mark: 'bar' }" });
  expect(data({ layer: ["a"], data: {} })).toEqual({ "text/plain": "{ layer: [ 'a' ], data: {} }" });
  expect(data({ concat: ["a"], facet: {}, data: [] })).toEqual({
    "text/plain": "{ concat: [ 'a' ], facet: {}, data: [] }",
  });
});

test.each([
  [
    "a mark that there is not",
    { ...spec, mark: "bars" },
    'It has the mark "bars", which does not exist; did you mean "bar"?',
  ],
  ["a mark without type", { ...spec, mark: { color: "red" } }, 'It has a "mark" without a type;'],
  ["no mark", { $schema: V5, data: { values: [] } }, 'It has no "mark" (bar, line, point, …)'],
  [
    "a type",
    { ...spec, encoding: { x: { field: "a", type: "quantitive" } } },
    'encoding.x has the type "quantitive"; did you mean "quantitative"?',
  ],
  [
    "a channel",
    { ...spec, encoding: { colour: { field: "a" } } },
    'It encodes "colour", which is no channel; did you mean "color"?',
  ],
  [
    "a field",
    { ...spec, encoding: { x: { field: "A" } } },
    'It shows the field "A" on x, but its rows have a; did you mean "a"?',
  ],
  [
    "a field of a layer",
    { ...spec, layer: [{ mark: "bar", encoding: { y: { field: "zzz" } } }] },
    'layer[0] shows the field "zzz" on y, but its rows have a.',
  ],
  ["no data", { mark: "bar", encoding: spec.encoding }, 'It shows fields, but has no "data".'],
  ["layers that are no list", { $schema: V5, layer: {} }, 'It has a "layer" that is no list of views.'],
])("what cannot be drawn says so in words: %s", (_, wrong, words) => {
  expect(data({ $schema: V5, ...wrong })).toEqual({
    "text/html": expect.stringContaining("<strong>This chart cannot be drawn.</strong>"),
    "text/plain": expect.stringContaining(words),
  });
});

test("fields that a transform makes, that lie deeper or come from elsewhere are not looked for", () => {
  const field = { x: { field: "made" } };
  expect(data({ ...spec, encoding: field, transform: [{ calculate: "1", as: "made" }] })).toHaveProperty([MIME]);
  expect(data({ ...spec, encoding: { x: { field: "a.b" } } })).toHaveProperty([MIME]);
  expect(data({ ...spec, encoding: field, data: { url: "x.csv" } })).toHaveProperty([MIME]);
  expect(data({ ...spec, encoding: { x: { field: { repeat: "column" } } } })).toHaveProperty([MIME]);
});

test("display.vegaLite() tells what cannot be written as JSON, and never throws", () => {
  const sent: unknown[] = [];
  setDisplaySink({ show: ({ data }) => sent.push(data["text/plain"]), clear: () => {} });
  const circle: Record<string, unknown> = { ...spec };
  circle["usermeta"] = circle;
  display.vegaLite(circle);
  display.vegaLite({ ...spec, data: { values: Array.from({ length: 40 }, () => ({ a: "x".repeat(2 ** 20) })) } });
  // What a page without types may give.
  display.vegaLite(5 as unknown as object);
  expect(sent).toEqual([
    expect.stringMatching(/^This chart cannot be drawn\.\n {2}It cannot be written as JSON: Converting circular/),
    expect.stringMatching(/^This chart cannot be drawn\.\n {2}Its data are 40 MB of JSON, more than a notebook bears/),
    "This chart cannot be drawn.\n  It is no object with a spec.\n5",
  ]);
});
