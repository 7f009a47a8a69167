import * as tf from "@tensorflow/tfjs";
import * as aq from "arquero";
import { expect, test } from "vitest";
import { toMimeBundle } from "../../../kernel-lib/src/display/index.js";

function data(value: unknown): Readonly<Record<string, unknown>> {
  return toMimeBundle(value).data;
}

test.each([
  [1, "1"],
  ["text", "'text'"],
  [{ a: [1, { b: 2 }] }, "{ a: [ 1, { b: 2 } ] }"],
  [null, "null"],
  [new Map([["a", 1]]), "Map(1) { 'a' => 1 }"],
  [10n, "10n"],
])("plain values are shown as Node shows them: %o", (value, text) => {
  expect(data(value)).toEqual({ "text/plain": text });
});

test("a table is shown with types, its first rows and its true size; HTML in it stays text", () => {
  const table = aq.table({ name: ["<b>", "b"], n: [1, null] });
  expect(data(table)).toEqual({
    "text/html": expect.stringContaining("<td>&lt;b&gt;</td>"),
    "text/plain": "name  n\n<b>   1\nb\n2 rows × 2 columns",
  });
  expect(data(table)["text/html"]).toContain('n<br><small style="font-weight:normal;opacity:.7">number</small>');
});

test("a long table shows ten rows, and as many as a hundred to unfold", () => {
  const html = String(data(aq.table({ n: Array.from({ length: 5000 }, (_, n) => n) }))["text/html"]);
  expect(html.match(/<td/g)?.length).toBe(100);
  expect(html).toContain("Rows 11 to 100 of 5,000");
  expect(html).toContain("5,000 rows × 1 column");
});

test("a filtered and ordered table is shown as it is", () => {
  const table = aq
    .table({ n: [3, 1, 2] })
    .filter((row: { n: number }) => row.n > 1)
    .orderby("n");
  expect(data(table)["text/plain"]).toBe("n\n2\n3\n2 rows × 1 column");
});

const spec = { mark: "bar", data: { values: [{ a: 1 }] }, encoding: { x: { field: "a" } } };

test.each([
  ["a bare spec", spec],
  ["a spec of Vega-Lite 6", { ...spec, $schema: "https://vega.github.io/schema/vega-lite/v6.json" }],
  ["an object with toSpec()", { toSpec: () => spec }],
  ["a table as values", { ...spec, data: { values: aq.table({ a: [1] }) } }],
  ["big integers", { ...spec, data: { values: [{ a: 1n }] } }],
])("a chart is shown as Vega-Lite 5, which JupyterLab renders: %s", (_, chart) => {
  const bundle = data(chart);
  expect(bundle["application/vnd.vegalite.v5+json"]).toEqual({
    ...spec,
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  });
  expect(bundle["text/plain"]).toBeTypeOf("string");
});

test("layers with their own data are a chart; an object that only has a field `mark` is not", () => {
  expect(data({ layer: [spec] })).toHaveProperty(["application/vnd.vegalite.v5+json"]);
  expect(data({ mark: "bar" })).toEqual({ "text/plain": "{ mark: 'bar' }" });
  expect(data({ layer: ["a"], data: {} })["text/plain"]).toContain("layer");
});

test("bytes of a picture are a picture, other bytes are bytes", () => {
  const png = Buffer.from("89504e470d0a1a0a00", "hex");
  expect(data(png)).toEqual({ "image/png": png.toString("base64"), "text/plain": "[image/png, 9 bytes]" });
  expect(data(new Uint8Array([0xff, 0xd8, 0xff, 0]))).toHaveProperty(["image/jpeg"]);
  expect(data(Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x"></svg>'))).toHaveProperty(["image/svg+xml"]);
  expect(data(Buffer.from("hi"))).toEqual({ "text/plain": "<Buffer 68 69>" });
});

test("tensors and models are shown by their content", () => {
  expect(data(tf.tensor1d([1, 2]))["text/plain"]).toContain("[1, 2]");
  const gone = tf.tensor1d([1]);
  gone.dispose();
  expect(data(gone)["text/plain"]).toBe("Tensor float32 [1], disposed");
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  expect(data(model)["text/plain"]).toContain("Total params: 3");
});

test("an object that knows how it is shown says so", () => {
  const value = {
    [Symbol.for("Jupyter.display")]: () => ({
      "text/html": "<b>x</b>",
      "text/plain": "x",
      "image/png": new Uint8Array([1]),
    }),
  };
  expect(data(value)).toEqual({ "text/html": "<b>x</b>", "text/plain": "x", "image/png": "AQ==" });
});

test("an error as a value is shown without the frames of our own code", () => {
  expect(data(new RangeError("too much", { cause: new Error("why") }))).toEqual({
    "text/plain": "[RangeError: too much\n  cause: [Error: why]]",
  });
});

test("a value that throws when looked at is still shown", () => {
  const hostile = {
    get [Symbol.for("nodejs.util.inspect.custom")](): never {
      throw new Error("no");
    },
  };
  expect(data(hostile)).toEqual({ "text/plain": "[value that cannot be shown: no]" });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(data(proxy)["text/plain"]).toBeTypeOf("string");
});

test("a table shows six significant digits, and integers whole", () => {
  const { "text/plain": text } = data(aq.table({ x: [18.383292849375326, 0.000123456789], n: [123456789, 7] }));
  expect(text).toBe(
    ["          x          n", "    18.3833  123456789", "0.000123457          7", "2 rows × 2 columns"].join("\n"),
  );
});
