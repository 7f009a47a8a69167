import { expect, test } from "vitest";
import { OrderedOutput } from "../../../../kernel-lib/src/pipeline/run/ordered-output.js";
import { cellMarker, displayMarker, readMarkers } from "../../../../kernel-lib/src/pipeline/run/step-protocol.js";

test.each([
  ["messages first", ["m1", "m2", "a", "1", "b", "2", "c"]],
  ["lines first", ["a", "1", "b", "2", "c", "m1", "m2"]],
  ["in turn", ["a", "m1", "1", "b", "2", "c", "m2"]],
])("lines and messages come in the order of the stream: %s", (_, events) => {
  const seen: string[] = [];
  const output = new OrderedOutput<string>((message) => seen.push(message));
  for (const event of events) {
    if (event.startsWith("m")) output.message(Number(event.slice(1)), event);
    else if (/\d/.test(event)) output.mark(Number(event));
    else output.line(() => seen.push(event));
  }
  expect(seen).toEqual(["a", "m1", "b", "m2", "c"]);
});

test("lines do not wait where nothing is missing, and at the end nothing is lost", () => {
  const seen: string[] = [];
  const output = new OrderedOutput<string>((message) => seen.push(message));
  output.line(() => seen.push("a"));
  expect(seen).toEqual(["a"]);
  output.mark(1);
  output.line(() => seen.push("b"));
  output.message(3, "m3");
  output.message(2, "m2");
  expect(seen).toEqual(["a"]);
  output.end();
  expect(seen).toEqual(["a", "b", "m2", "m3"]);
});

test("markers are read wherever a line ends in one", () => {
  expect(readMarkers(cellMarker("c:1").trimEnd())).toEqual({ text: null, cell: "c:1" });
  expect(readMarkers(`no break${displayMarker(12).trimEnd()}`)).toEqual({ text: "no break", display: 12 });
  expect(readMarkers("tagline:cell:x")).toEqual({ text: "tagline:cell:x" });
  expect(readMarkers("\u0000tagline:other:x")).toEqual({ text: "\u0000tagline:other:x" });
});
