import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchProgram } from "./support/scratch-program.js";

const SHOWN = `
import { clearOutput, display, progress } from "tagline";
import { display as old } from "tagline/tslab";
import { cell, show } from "tagline/pipeline";
export default async function shown() {
  cell("one", 1);
  const handle = display.html("before");
  console.log("between");
  handle.update("<b>after</b>");
  show(handle);
  cell("two", 2);
  console.log("gone");
  display("gone too");
  clearOutput({ wait: true });
  old.markdown("*by tslab's name*");
  handle.update("<b>from the next cell</b>");
  show({ [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "later", "text/plain": "later" }) });
  cell("three", 3);
  for (const _ of progress(2, { label: "bar" })) await new Promise((done) => setTimeout(done, 120));
  show(new RangeError("as a value"));
  show(Promise.resolve(1));
  return {};
}
`;

test("what a step shows is kept as a notebook would keep it: replaced, cleared, waited for; its bars are news of the run", async () => {
  const program = scratchProgram(
    { params: [], steps: [{ name: "shown", takes: {}, gives: [], params: [], cells: ["one", "two", "three"] }] },
    { "steps/shown.ts": SHOWN },
  );
  const { document, progress } = await program.run();
  expect(document.status).toBe("succeeded");
  const outputs: unknown = JSON.parse(
    readFileSync(join(program.folder, ".tagline", "runs", document.run, "outputs", "shown.json"), "utf8"),
  );
  const bar = expect.stringMatching(/^bar ✓ 2 in \d+ ms, \d\.\d\/s$/);
  expect(outputs).toEqual([
    {
      kind: "display",
      cellId: "one",
      data: { "text/html": "<b>from the next cell</b>", "text/plain": "<b>from the next cell</b>" },
      metadata: {},
    },
    { kind: "stream", cellId: "one", name: "stdout", text: "between\n" },
    {
      kind: "display",
      cellId: "two",
      data: { "text/markdown": "*by tslab's name*", "text/plain": "*by tslab's name*" },
      metadata: {},
    },
    {
      kind: "display",
      cellId: "three",
      data: { "text/html": expect.stringContaining("✓ 2 in "), "text/plain": bar },
      metadata: {},
    },
    // Of its own cell, though the next one had begun.
    { kind: "display", cellId: "two", data: { "text/html": "later", "text/plain": "later" }, metadata: {} },
    { kind: "display", cellId: "three", data: { "text/plain": "RangeError: as a value" }, metadata: {} },
    { kind: "display", cellId: "three", data: { "text/plain": "Promise { 1 }" }, metadata: {} },
  ]);
  expect(progress.flatMap((news) => (news.kind === "note" ? [news.fraction] : [])).slice(-1)).toEqual([1]);
  expect(progress.flatMap((news) => (news.kind === "log" && news.text.startsWith("bar") ? [news.text] : []))).toEqual([
    bar,
  ]);
});
