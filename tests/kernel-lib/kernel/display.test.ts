import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answer, KernelClient, resultText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start();
});

afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
  expect(kernel.serverLog).toBe("");
});

/** Types and contents of all that a cell showed. */
function shown({ messages }: Answer): [string, Record<string, unknown>][] {
  return messages
    .filter(({ type }) => !["status", "execute_input"].includes(type))
    .map(({ type, content }) => [type, content]);
}

const id = { display_id: expect.any(String) };

test("what is shown can be replaced from the same cell and from a later one, and cleared", async () => {
  const first = await kernel.execute(
    'import { clearOutput, display } from "tagline"\nconst handle = display.html("<b>1</b>")\nhandle.update("2")\nclearOutput({ wait: true })\nhandle',
  );
  expect(shown(first)).toEqual([
    ["display_data", { data: { "text/html": "<b>1</b>", "text/plain": "<b>1</b>" }, metadata: {}, transient: id }],
    ["update_display_data", { data: { "text/html": "2", "text/plain": "2" }, metadata: {}, transient: id }],
    ["clear_output", { wait: true }],
  ]);
  const second = await kernel.execute('handle.update("3")');
  expect(shown(second)).toEqual([
    [
      "update_display_data",
      {
        data: { "text/html": "3", "text/plain": "3" },
        metadata: {},
        transient: shown(first)[0]?.[1]["transient"],
      },
    ],
  ]);
});

test("notebooks written for tslab show by tslab's own names", async () => {
  const answer = await kernel.execute(
    [
      'import * as tslab from "tslab"',
      'import { display as show } from "tslab"',
      'tslab.display.html("<i>x</i>")',
      "show.png(new Uint8Array([1]))",
      "const box = tslab.newDisplay()",
      'box.text("one")',
      'box.markdown("*two*")',
      'tslab.display.raw("application/json", "[1]")',
      "typeof tslab.versions.typescript",
    ].join("\n"),
  );
  expect(shown(answer)).toEqual([
    ["display_data", { data: { "text/html": "<i>x</i>", "text/plain": "<i>x</i>" }, metadata: {}, transient: id }],
    [
      "display_data",
      { data: { "image/png": "AQ==", "text/plain": "[image/png, 1 bytes]" }, metadata: {}, transient: id },
    ],
    ["display_data", { data: { "text/plain": "one" }, metadata: {}, transient: id }],
    ["update_display_data", { data: { "text/markdown": "*two*", "text/plain": "*two*" }, metadata: {}, transient: id }],
    ["display_data", { data: { "application/json": [1], "text/plain": "[\n  1\n]" }, metadata: {}, transient: id }],
    [
      "execute_result",
      { data: { "text/plain": "'string'" }, metadata: {}, execution_count: answer.reply["execution_count"] },
    ],
  ]);
});

test("a bar moves while a loop keeps the kernel busy", async () => {
  const sent = kernel.send("execute_request", {
    code: 'import { progress } from "tagline"\nfor (const _ of progress(3, { label: "busy" })) { const until = Date.now() + 300; while (Date.now() < until); }',
  });
  const halfway = await kernel.until(
    ({ parent, type, content }) =>
      parent === sent && type === "update_display_data" && JSON.stringify(content["data"]).includes("66% · 2/3"),
  );
  expect(kernel.log.some(({ parent, channel }) => parent === sent && channel === "shell")).toBe(false);
  const answer = await kernel.answer(sent);
  expect(new Set(shown(answer).map(([, { transient }]) => JSON.stringify(transient)))).toHaveLength(1);
  expect(halfway.content["transient"]).toEqual(shown(answer)[0]?.[1]["transient"]);
  expect(shown(answer).at(-1)?.[1]["data"]).toEqual({
    "text/html": expect.stringContaining("✓ 3 in "),
    "text/plain": expect.stringMatching(/^busy ✓ 3 in \d+ ms, \d\.\d\/s$|^busy ✓ 3 in [\d.]+ s, \d\.\d\/s$/),
  });
});

test("what shows itself asynchronously is waited for, as a result and when displayed", async () => {
  const answer = await kernel.execute(
    [
      'import { display } from "tagline"',
      'const slow = (text: string) => ({ async [Symbol.for("Jupyter.display")]() { await new Promise((done) => setTimeout(done, 50)); return { "text/plain": text } } })',
      'display(slow("shown"))',
      'slow("result")',
    ].join("\n"),
  );
  expect(shown(answer).map(([type, { data }]) => [type, data])).toEqual([
    ["display_data", { "text/plain": "shown" }],
    ["execute_result", { "text/plain": "result" }],
  ]);
});

test("an error as a value has the lines of its cell and no others", async () => {
  const made = await kernel.execute(
    "function make(): Error {\n  return new RangeError('too much', { cause: new Error('why') })\n}\nmake()",
  );
  const count = made.reply["execution_count"];
  // Where in its line a call begins is the compiler's business.
  expect(String(resultText(made)).replace(/:4:\d+/g, ":4:1")).toBe(
    [
      "RangeError: too much",
      `    at make (cell [${count}]:2:10)`,
      `    at cell [${count}]:4:1 {`,
      "  [cause]: Error: why",
      `      at make (cell [${count}]:2:46)`,
      `      at cell [${count}]:4:1`,
      "}",
    ].join("\n"),
  );
});

test("a promise as last expression is shown as Node shows it; undefined shows nothing", async () => {
  expect(resultText(await kernel.execute("Promise.resolve(1)"))).toBe("Promise { 1 }");
  expect(shown(await kernel.execute("undefined"))).toEqual([]);
});
