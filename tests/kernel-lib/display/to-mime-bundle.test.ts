import { inspect } from "node:util";
import vm from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { toMimeBundle, toResult } from "../../../kernel-lib/src/display/index.js";

function data(value: unknown): Readonly<Record<string, unknown>> {
  return toMimeBundle(value).data;
}

class Point {
  x = 1;
  readonly #hidden = 2;
  get sum(): number {
    return this.x + this.#hidden;
  }
}

test.each([
  [1],
  [-0],
  ["text"],
  ['it\'s\n"two" lines'],
  ["x".repeat(20_000)],
  [{ a: [1, { b: { c: { d: 1 } } }] }],
  [null],
  [undefined],
  [new Map([["a", new Set([1])]])],
  [10n],
  [Symbol("s")],
  [new Point()],
  [Point],
  [() => 1],
  [/x/g],
  [new Date(0)],
  [new Float32Array([1, 2.5])],
  [Array.from({ length: 1000 }, (_, n) => n)],
  [new Array(3)],
  [Promise.resolve(1)],
  [new Map().entries()],
  [Object.create(null)],
  [vm.runInNewContext("({ a: [1], m: new Map() })")],
  [Buffer.from("hi")],
  [new Uint8Array([1, 2])],
  [{ error: 1, [Symbol("k")]: 2 }],
])("the text of a value is exactly what Node's inspect gives: %o", (value) => {
  expect(toMimeBundle(value)).toEqual({ data: { "text/plain": inspect(value) }, metadata: {} });
});

test.each([
  ["image/png", "89504e470d0a1a0a00"],
  ["image/jpeg", "ffd8ffe0"],
  ["image/gif", "474946383961"],
  ["image/webp", "52494646aabbccdd57454250"],
])("bytes of a picture are a picture: %s", (mime, hex) => {
  const bytes = Buffer.from(hex, "hex");
  const expected = {
    data: { [mime]: bytes.toString("base64"), "text/plain": `[${mime}, ${bytes.length} bytes]` },
    metadata: {},
  };
  expect(toMimeBundle(bytes)).toEqual(expected);
  expect(toMimeBundle(new Uint8Array(bytes).buffer)).toEqual(expected);
});

test("bytes of an SVG are a picture; what only looks like one is not", () => {
  const svg = '<?xml version="1.0"?>\n<svg xmlns="x"></svg>';
  expect(data(Buffer.from(svg))).toEqual({ "image/svg+xml": svg, "text/plain": "[image/svg+xml, 43 bytes]" });
  expect(data(Buffer.from("0000000057454250", "hex"))).toEqual({ "text/plain": "<Buffer 00 00 00 00 57 45 42 50>" });
});

test("tensors are shown by their content", () => {
  expect(data(tf.tensor2d([[1, 2]]))).toEqual({
    "text/plain": "Tensor\n  dtype: float32\n  rank: 2\n  shape: [1,2]\n  values:\n     [[1, 2],]",
  });
  const gone = tf.tensor1d([1]);
  gone.dispose();
  expect(data(gone)).toEqual({ "text/plain": "Tensor float32 [1], disposed" });
});

test("a layers model is shown by its layers, output shapes and parameters", () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: "hidden", units: 2, inputShape: [3] }),
      tf.layers.dense({ name: "out", units: 1 }),
    ],
  });
  const left = 'style="text-align:left"';
  const right = 'style="text-align:right"';
  expect(data(model)).toEqual({
    "text/html": [
      '<div class="tagline-model"><div style="overflow-x:auto"><table class="dataframe" style="margin:0"><thead><tr>',
      `<th ${left}>Layer</th><th ${left}>Type</th><th ${left}>Output shape</th><th ${right}>Parameters</th></tr></thead><tbody>`,
      `<tr><td ${left}>hidden</td><td ${left}>Dense</td><td ${left}>[null, 2]</td><td ${right}>8</td></tr>`,
      `<tr><td ${left}>out</td><td ${left}>Dense</td><td ${left}>[null, 1]</td><td ${right}>3</td></tr>`,
      '</tbody></table></div><p style="margin:4px 0;opacity:.7">11 parameters, 11 of them trainable</p></div>',
    ].join(""),
    "text/plain": expect.stringMatching(/hidden \(Dense\) .* \[null,2\] +8[\s\S]*Total params: 11/),
  });
});

test("a graph model is shown by its named ends", () => {
  const model = { inputs: [{ name: "x", dtype: "float32", shape: [-1, 2] }], outputs: [{ name: "y" }] };
  Object.setPrototypeOf(model, { execute() {}, executeAsync() {}, predict() {} });
  expect(data(model)).toEqual({
    "text/plain": "Graph model\ninputs\n  x: float32 [-1, 2]\noutputs\n  y: unknown [unknown]",
  });
});

test("a canvas is its picture, an element its markup", () => {
  const canvas = { getContext: () => null, toDataURL: () => "data:image/png;base64,AQID" };
  expect(data(canvas)).toEqual({ "image/png": "AQID", "text/plain": "[image/png, 3 bytes]" });
  expect(data({ nodeType: 1, outerHTML: "<svg></svg>" })).toEqual({
    "image/svg+xml": "<svg></svg>",
    "text/plain": "'<svg></svg>'",
  });
  expect(data({ nodeType: 1, outerHTML: "<b>x</b>" })).toEqual({ "text/html": "<b>x</b>", "text/plain": "'<b>x</b>'" });
});

const symbol = Symbol.for("Jupyter.display");

test("an object that knows how it is shown says so", () => {
  const content = {
    "text/html": "<b>x</b>",
    "text/plain": "x",
    "image/png": new Uint8Array([1]),
    "application/json": { n: 1n },
  };
  expect(toMimeBundle({ [symbol]: () => content })).toEqual({
    data: { "text/html": "<b>x</b>", "text/plain": "x", "image/png": "AQ==", "application/json": { n: 1 } },
    metadata: {},
  });
});

test("an object that shows itself later is waited for, at its time", async () => {
  const later = (content: unknown) => ({ [symbol]: async () => content });
  expect(await toResult(later({ "text/html": "x", "text/plain": "y" }))).toEqual({
    data: { "text/html": "x", "text/plain": "y" },
    metadata: {},
  });
  expect(toMimeBundle(later({}))).toEqual({
    data: { "text/plain": "{ [Symbol(Jupyter.display)]: [AsyncFunction: [Jupyter.display]] }" },
    metadata: {},
  });
  const never = { [symbol]: () => new Promise(() => {}) };
  expect(await toResult(never, 5)).toEqual({
    data: { "text/plain": "{ [Symbol(Jupyter.display)]: [Function: [Jupyter.display]] }" },
    metadata: {},
  });
});

test("undefined, and what shows itself as nothing, are no result", async () => {
  expect(await toResult(undefined)).toBeNull();
  expect(await toResult({ [symbol]: () => ({}) })).toBeNull();
  expect(await toResult({ [symbol]: async () => ({}) })).toBeNull();
  expect(await toResult(null)).toEqual({ data: { "text/plain": "null" }, metadata: {} });
});

test("a method of its own that fails is told, and the value is shown as text", async () => {
  const text = (name: string) => `{ [Symbol(Jupyter.display)]: [${name}] }\n[its Jupyter.display failed: no]`;
  const sync = {
    [symbol]: () => {
      throw new Error("no");
    },
  };
  const async = { [symbol]: () => Promise.reject(new Error("no")) };
  expect(data(sync)).toEqual({ "text/plain": text("Function: [Jupyter.display]") });
  expect((await toResult(async))?.data).toEqual({ "text/plain": text("Function: [Jupyter.display]") });
});

test("an error as a value has its message, causes, errors and fields, and frames of no code but the person's", () => {
  const error = new AggregateError([new TypeError("one")], "all");
  error.stack = `AggregateError: all\n    at mine (/home/me/x.ts:1:2)\n    at node:internal/x:1:1\n    at ours (${new URL("../../../kernel-lib/src/kernel/x.ts", import.meta.url).href}:1:1)`;
  (error.errors[0] as Error).stack = "TypeError: one\n    at node:internal/y:1:1";
  expect(data(Object.assign(error, { code: "E_ALL" }))).toEqual({
    "text/plain": [
      "AggregateError: all",
      "    at mine (/home/me/x.ts:1:2) {",
      "  code: 'E_ALL',",
      "  [errors]: [",
      "    TypeError: one",
      "  ]",
      "}",
    ].join("\n"),
  });
});
