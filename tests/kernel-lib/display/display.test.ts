import { beforeEach, expect, test } from "vitest";
import { clearOutput, display } from "../../../kernel-lib/src/display/display.js";
import {
  type DisplayMessage,
  displaysSettled,
  setDisplaySink,
  toResult,
} from "../../../kernel-lib/src/display/index.js";

let sent: DisplayMessage[] = [];
let cleared: object[] = [];

beforeEach(() => {
  sent = [];
  cleared = [];
  setDisplaySink({ show: (message) => sent.push(message), clear: (options) => cleared.push(options) });
});

test("each kind is sent with its type, a text, and an id of its own", () => {
  display(1);
  display.html("<b>x</b>");
  display.markdown("**x**");
  display.latex("x^2");
  display.latex("$x$ and $y$");
  display.png(new Uint8Array([1, 2]), { width: 50 });
  display.jpeg(new Uint8Array([1]).buffer);
  display.gif("data:image/gif;base64,AQID");
  display.webp("AQ ==\n");
  display.pdf(Buffer.from([1]));
  display.svg("<svg/>");
  display.text("plain");
  display.javascript("alert(1)");
  display.json({ a: 1n }, { expanded: true });
  display.raw("application/geo+json", '{"type":"Point"}');
  display.raw("image/png", new Uint8Array([1]));
  display.raw("text/x-special", "content");
  expect(sent.map(({ data, metadata }) => ({ data, metadata }))).toEqual([
    { data: { "text/plain": "1" }, metadata: {} },
    { data: { "text/html": "<b>x</b>", "text/plain": "<b>x</b>" }, metadata: {} },
    { data: { "text/markdown": "**x**", "text/plain": "**x**" }, metadata: {} },
    { data: { "text/latex": "$$x^2$$", "text/plain": "x^2" }, metadata: {} },
    { data: { "text/latex": "$x$ and $y$", "text/plain": "$x$ and $y$" }, metadata: {} },
    { data: { "image/png": "AQI=", "text/plain": "[image/png, 2 bytes]" }, metadata: { "image/png": { width: 50 } } },
    { data: { "image/jpeg": "AQ==", "text/plain": "[image/jpeg, 1 bytes]" }, metadata: {} },
    { data: { "image/gif": "AQID", "text/plain": "[image/gif, 3 bytes]" }, metadata: {} },
    { data: { "image/webp": "AQ==", "text/plain": "[image/webp, 1 bytes]" }, metadata: {} },
    { data: { "application/pdf": "AQ==", "text/plain": "[application/pdf, 1 bytes]" }, metadata: {} },
    { data: { "image/svg+xml": "<svg/>", "text/plain": "[image/svg+xml, 6 bytes]" }, metadata: {} },
    { data: { "text/plain": "plain" }, metadata: {} },
    { data: { "text/javascript": "alert(1)", "text/plain": "[text/javascript]" }, metadata: {} },
    {
      data: { "application/json": { a: 1 }, "text/plain": '{\n  "a": 1\n}' },
      metadata: { "application/json": { expanded: true } },
    },
    {
      data: { "application/geo+json": { type: "Point" }, "text/plain": '{\n  "type": "Point"\n}' },
      metadata: {},
    },
    { data: { "image/png": "AQ==", "text/plain": "[image/png, 1 bytes]" }, metadata: {} },
    { data: { "text/x-special": "content", "text/plain": "content" }, metadata: {} },
  ]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
  expect(sent.every(({ update }) => !update)).toBe(true);
});

test("an output is replaced by its handle, or by its id", async () => {
  const html = display.html("one");
  html.update("two");
  const table = display.table([{ a: 1 }], { columns: ["a"] });
  table.update([{ a: 2, b: 3 }]);
  display(1, { id: "mine" });
  display(2, { id: "mine", update: true });
  const [first, second, third, fourth, ...named] = sent.map(({ data, id, update }) => [data["text/plain"], id, update]);
  expect([first, second]).toEqual([
    ["one", html.id, false],
    ["two", html.id, true],
  ]);
  expect([third, fourth]).toEqual([
    ["     a\nnumber\n     1\n1 row × 1 column", table.id, false],
    ["     a\nnumber\n     2\n1 row × 1 column", table.id, true],
  ]);
  expect(named).toEqual([
    ["1", "mine", false],
    ["2", "mine", true],
  ]);
  // As a cell's last expression a handle shows nothing.
  expect(await toResult(html)).toBeNull();
});

test("what a person gets wrong is said", () => {
  expect(() => display(1, { update: true })).toThrow("Cannot update an output without knowing which");
  expect(() => display.png("chart.png")).toThrow(
    'Cannot show "chart.png" as image/png: give its bytes, or them in base64',
  );
  expect(sent).toEqual([]);
});

test("what shows itself later is sent when it is there, and waited for at the end of the cell", async () => {
  const symbol = Symbol.for("Jupyter.display");
  display({ [symbol]: async () => ({ "text/plain": "later" }) });
  display({ [symbol]: async () => ({}) });
  display("now");
  expect(sent.map(({ data }) => data["text/plain"])).toEqual(["'now'"]);
  await displaysSettled();
  expect(sent.map(({ data }) => data["text/plain"])).toEqual(["'now'", "later"]);
  display({ [symbol]: () => new Promise(() => {}) });
  await displaysSettled(5);
});

test("clearOutput() clears at once, or when the next thing is shown", () => {
  clearOutput();
  clearOutput({ wait: true });
  expect(cleared).toEqual([{ wait: false }, { wait: true }]);
});
