import { expect, test } from "vitest";
import { type DisplayMessage, display, setDisplaySink } from "../../../kernel-lib/src/display/index.js";

test("display() sends each kind to the sink that is set", () => {
  const sent: DisplayMessage[] = [];
  setDisplaySink((message) => sent.push(message));
  display(1, { id: "a" });
  display(2, { id: "a", update: true });
  display.html("<b>x</b>");
  display.markdown("**x**");
  display.latex("x^2");
  display.png(new Uint8Array([1, 2]));
  display.svg("<svg/>");
  display.json({ a: 1 });
  expect(sent).toEqual([
    { data: { "text/plain": "1" }, metadata: {}, id: "a", update: false },
    { data: { "text/plain": "2" }, metadata: {}, id: "a", update: true },
    { data: { "text/html": "<b>x</b>", "text/plain": "<b>x</b>" }, metadata: {}, update: false },
    { data: { "text/markdown": "**x**", "text/plain": "**x**" }, metadata: {}, update: false },
    { data: { "text/latex": "$$x^2$$", "text/plain": "x^2" }, metadata: {}, update: false },
    { data: { "image/png": "AQI=", "text/plain": "[image/png]" }, metadata: {}, update: false },
    { data: { "image/svg+xml": "<svg/>", "text/plain": "[image/svg+xml]" }, metadata: {}, update: false },
    { data: { "application/json": { a: 1 }, "text/plain": '{\n  "a": 1\n}' }, metadata: {}, update: false },
  ]);
  expect(() => display(1, { update: true })).toThrow("Cannot update an output without knowing which");
});
