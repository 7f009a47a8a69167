import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KernelClient, resultText, streamText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

// The real process over ZeroMQ: one kernel for the tests that leave it as they found it.
let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start();
});

afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
  expect(kernel.serverLog).toBe("");
});

test("kernel_info_request is answered with the true versions, between busy and idle", async () => {
  const { reply, messages } = await kernel.request("kernel_info_request");
  expect(reply).toEqual({
    status: "ok",
    protocol_version: "5.4",
    implementation: "tagline",
    implementation_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    language_info: {
      name: "typescript",
      version: expect.stringMatching(/^5\.9\./),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true, mode: "typescript" },
      nbconvert_exporter: "script",
    },
    banner: expect.stringContaining(process.versions.node),
    help_links: [],
    supported_features: [],
    debugger: false,
  });
  expect(messages.map(({ type, content }) => [type, content["execution_state"]])).toEqual([
    ["status", "busy"],
    ["status", "idle"],
  ]);
});

test("a cell's messages come in order, all with the request as their parent", async () => {
  const { reply, messages } = await kernel.execute("console.log('one'); console.error('two'); 1 + 1");
  expect(reply).toEqual({ status: "ok", execution_count: expect.any(Number), user_expressions: {}, payload: [] });
  const count = reply["execution_count"];
  expect(messages.map(({ type, content }) => [type, content])).toEqual([
    ["status", { execution_state: "busy" }],
    ["execute_input", { code: "console.log('one'); console.error('two'); 1 + 1", execution_count: count }],
    ["stream", { name: "stdout", text: "one\n" }],
    ["stream", { name: "stderr", text: "two\n" }],
    ["execute_result", { data: { "text/plain": "2" }, metadata: {}, execution_count: count }],
    ["status", { execution_state: "idle" }],
  ]);
});

test("names and their types go from cell to cell", async () => {
  await kernel.execute(
    "interface Bird { mass: number }\nconst birds: Bird[] = [{ mass: 4 }];\nfunction total(rows: Bird[]) { return rows.reduce((sum, { mass }) => sum + mass, 0) }",
  );
  expect(resultText(await kernel.execute("birds.push({ mass: 5 }); total(birds)"))).toBe("9");
  const { reply } = await kernel.execute("total('many')");
  expect(reply).toMatchObject({
    status: "error",
    ename: "TypeScriptError",
    evalue: "Argument of type 'string' is not assignable to parameter of type 'Bird[]'. (line 1, column 7, TS2345)",
  });
});

test("a type error is told with line, column and carets, and the cell does not run", async () => {
  const answer = await kernel.execute("console.log('ran')\nconst text: string = 5");
  expect(streamText(answer)).toBe("");
  expect(answer.reply["traceback"]).toEqual([
    "\u001b[0;31mTypeScriptError\u001b[0m: Type 'number' is not assignable to type 'string'. (line 2, column 7, TS2322)",
    "",
    "line 2, column 7: TS2322: Type 'number' is not assignable to type 'string'.",
    "  1 | console.log('ran')\n> 2 | const text: string = 5\n    |       ^^^^",
  ]);
  expect(answer.messages.filter(({ type }) => type === "error")).toHaveLength(1);
});

test("a syntax error is a SyntaxError", async () => {
  expect((await kernel.execute("const = 1")).reply).toMatchObject({ status: "error", ename: "SyntaxError" });
});

test("an error's traceback has the person's lines, across cells, and none of ours", async () => {
  const { reply: defined } = await kernel.execute(
    "function inner(n: number): number {\n  if (n === 0) throw new RangeError('too low')\n  return inner(n - 1)\n}",
  );
  const { reply } = await kernel.execute("// far down\n[1].map(() => inner(1))");
  const [first, second] = [defined["execution_count"], reply["execution_count"]];
  expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too low" });
  expect(reply["traceback"]).toEqual([
    "\u001b[0;31mRangeError\u001b[0m: too low",
    `    at inner (cell [${first}]:2:22)`,
    expect.stringMatching(new RegExp(`^ {4}at inner \\(cell \\[${first}\\]:3:\\d+\\)$`)),
    expect.stringMatching(new RegExp(`^ {4}at cell \\[${second}\\]:2:\\d+$`)),
    "    at Array.map (<anonymous>)",
    expect.stringMatching(new RegExp(`^ {4}at cell \\[${second}\\]:2:\\d+$`)),
    "",
    "  1 | function inner(n: number): number {\n> 2 |   if (n === 0) throw new RangeError('too low')\n    |                      ^\n  3 |   return inner(n - 1)\n  4 | }",
  ]);
});

test("an error after an await, a cause, and thrown values that are no errors are told", async () => {
  const { reply } = await kernel.execute(
    "await Promise.resolve()\nthrow new Error('outer', { cause: new TypeError('inner') })",
  );
  expect(reply["traceback"]).toEqual(expect.arrayContaining(["caused by TypeError: inner"]));
  expect((await kernel.execute("throw 'text'")).reply).toMatchObject({ ename: "Error", evalue: "text" });
  expect((await kernel.execute("throw { a: 1 }")).reply).toMatchObject({ ename: "Error", evalue: "{ a: 1 }" });
});

test("after a cell that failed halfway, what it reached is there and the rest says so", async () => {
  await kernel.execute("const reached = 'yes'; JSON.parse('{'); const missed = 1");
  expect(resultText(await kernel.execute("reached"))).toBe("'yes'");
  expect((await kernel.execute("missed")).reply).toMatchObject({
    ename: "ReferenceError",
    evalue: expect.stringContaining("no cell gave it a value yet"),
  });
});

test("a name whose new declaration was not reached keeps its old type", async () => {
  await kernel.execute("const kept = 1");
  await kernel.execute("JSON.parse('{'); const kept = 'text'");
  expect(resultText(await kernel.execute("const next: number = kept; next"))).toBe("1");
});

test("cells sent behind one that fails are aborted, unless it said stop_on_error: false", async () => {
  const send = (code: string, stop_on_error: boolean): string =>
    kernel.send("execute_request", { code, stop_on_error });
  const stopping = [send("throw new Error('stop')", true), send("1", true), send("2", true)];
  expect((await Promise.all(stopping.map((id) => kernel.answer(id)))).map(({ reply }) => reply["status"])).toEqual([
    "error",
    "aborted",
    "aborted",
  ]);
  const going = [send("throw new Error('go on')", false), send("1", true)];
  expect((await Promise.all(going.map((id) => kernel.answer(id)))).map(({ reply }) => reply["status"])).toEqual([
    "error",
    "ok",
  ]);
});

test("a cell sent as soon as the error's reply is there is not aborted", async () => {
  const id = kernel.send("execute_request", { code: "throw new Error('first')" });
  await kernel.until(({ parent, channel }) => parent === id && channel === "shell");
  expect(resultText(await kernel.execute("'second'"))).toBe("'second'");
});

test("silent and store_history: false do what they say", async () => {
  const before = (await kernel.execute("0")).reply["execution_count"];
  const silent = await kernel.execute("console.log('x'); 5", {}, { silent: true });
  expect(silent.messages.map(({ type }) => type)).toEqual(["status", "status"]);
  const unstored = await kernel.execute("6", {}, { store_history: false });
  expect([resultText(unstored), unstored.reply["execution_count"]]).toEqual(["6", before]);
});

test("user_expressions are evaluated after the cell", async () => {
  const { reply } = await kernel.execute(
    "const base = 20",
    {},
    { user_expressions: { good: "base + 1", bad: "base.nothing" } },
  );
  expect(reply["user_expressions"]).toEqual({
    good: { status: "ok", data: { "text/plain": "21" }, metadata: {} },
    bad: {
      status: "error",
      ename: "TypeScriptError",
      evalue: expect.stringContaining("Property 'nothing' does not exist"),
      traceback: expect.any(Array),
    },
  });
});

test("display() sends display_data, and updates what it showed under an id", async () => {
  const { messages } = await kernel.execute(
    "import { display } from 'tagline'\ndisplay.html('<b>1</b>', { id: 'place' })\ndisplay.html('<b>2</b>', { id: 'place', update: true })\ndisplay({ mark: 'bar', data: { values: [] }, encoding: {} })",
  );
  expect(
    messages
      .filter(({ type }) => type.endsWith("display_data"))
      .map(({ type, content }) => [type, content["transient"], Object.keys(content["data"] as object)]),
  ).toEqual([
    ["display_data", { display_id: "place" }, ["text/html", "text/plain"]],
    ["update_display_data", { display_id: "place" }, ["text/html", "text/plain"]],
    ["display_data", expect.any(Object), ["application/vnd.vegalite.v5+json", "text/plain"]],
  ]);
});

test("output of a callback goes to the cell that started it, and its error does not end the kernel", async () => {
  const first = kernel.send("execute_request", {
    code: "setTimeout(() => { console.log('late'); throw new Error('in a timer') }, 50); Promise.reject(new Error('unhandled'))",
  });
  await kernel.answer(first);
  await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 150)); console.log('second')");
  const text = (name: string): string =>
    kernel.log
      .filter(({ parent, type, content }) => parent === first && type === "stream" && content["name"] === name)
      .map(({ content }) => content["text"])
      .join("");
  expect(text("stdout")).toBe("late\n");
  expect(text("stderr")).toMatch(
    /Unhandled rejection in a callback: .*unhandled[\s\S]*Uncaught error in a callback: .*in a timer/,
  );
  expect(text("stderr")).toContain("^");
});

test("process.exit ends the cell, not the kernel", async () => {
  expect((await kernel.execute("process.exit(3)")).reply).toMatchObject({ status: "error", ename: "ProcessExit" });
  const gentle = await kernel.execute("process.exit(0)");
  expect([gentle.reply["status"], streamText(gentle, "stderr")]).toEqual([
    "ok",
    expect.stringContaining("process.exit(0) ends this cell"),
  ]);
});

test("a missing package is told with the command that installs it", async () => {
  expect((await kernel.execute("import { x } from '@scope/not-there/part'")).reply["evalue"]).toContain(
    `npm install @scope/not-there`,
  );
});

test("packages of a notebook without a package.json type-check and run: ESM with top-level await, Arrow tables, tfjs", async () => {
  const { reply, messages } = await kernel.execute(
    "import * as aq from 'arquero'\nimport { compile } from 'vega-lite'\nimport * as tf from '@tensorflow/tfjs'\nconst rows = aq.table({ n: [1, 2, 3] }).derive({ twice: (d) => d.n * 2 }).objects() as { twice: number }[]\nconst sum: number = rows.reduce((total, row) => total + row.twice, 0)\n;[sum, tf.scalar(2).dataSync()[0], compile({ mark: 'bar', data: { values: [] }, encoding: {} }).spec.marks?.length]",
  );
  expect(reply).toMatchObject({ status: "ok" });
  expect(messages.find(({ type }) => type === "execute_result")?.content["data"]).toEqual({
    "text/plain": "[ 12, 2, 1 ]",
  });
});

test("`tagline` is the running kernel's own module, by import and by require", async () => {
  expect(
    resultText(await kernel.execute("import { metric } from 'tagline'\nrequire('tagline').metric === metric")),
  ).toBe("true");
});

test("a function's text is the person's own", async () => {
  await kernel.execute("const factor = 2\nconst scale = (n: number) => n * factor");
  expect(resultText(await kernel.execute("scale.toString()"))).toBe("'(n) => n * factor'");
  expect(resultText(await kernel.execute("Math.max.toString()"))).toBe("'function max() { [native code] }'");
  expect(resultText(await kernel.execute("Function.prototype.toString.toString()"))).toBe(
    "'function toString() { [native code] }'",
  );
});

test("ten thousand lines come as few messages, and none is lost", async () => {
  const answer = await kernel.execute("for (let i = 0; i < 10_000; i++) console.log(i)");
  expect(streamText(answer)).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(""));
  expect(answer.messages.length).toBeLessThan(1000);
});

test("complete, inspect and is_complete know the session", async () => {
  await kernel.execute("/** How heavy. */\nconst massOfBird = 4");
  const complete = (await kernel.request("complete_request", { code: "const é = massOf", cursor_pos: 16 })).reply;
  expect(complete).toMatchObject({ status: "ok", cursor_start: 10, cursor_end: 16 });
  expect(complete["matches"]).toContain("massOfBird");
  const inspected = (await kernel.request("inspect_request", { code: "massOfBird", cursor_pos: 3, detail_level: 0 }))
    .reply;
  expect(inspected).toMatchObject({
    status: "ok",
    found: true,
    data: { "text/plain": expect.stringContaining("massOfBird") },
  });
  expect((await kernel.request("inspect_request", { code: "  ", cursor_pos: 1, detail_level: 0 })).reply).toMatchObject(
    { status: "ok", found: false },
  );
  const status = async (code: string): Promise<unknown> =>
    (await kernel.request("is_complete_request", { code })).reply["status"];
  expect([await status("1 + 1"), await status("function f() {"), await status("const = 1;")]).toEqual([
    "complete",
    "incomplete",
    "invalid",
  ]);
});

test("history keeps the session's inputs", async () => {
  await kernel.execute("'remember me'");
  const { reply } = await kernel.request("history_request", {
    hist_access_type: "tail",
    n: 1,
    output: false,
    raw: true,
  });
  expect(reply["history"]).toEqual([[1, expect.any(Number), "'remember me'"]]);
  const found = (
    await kernel.request("history_request", { hist_access_type: "search", pattern: "*remember*", output: true })
  ).reply["history"];
  expect(found).toEqual([[1, expect.any(Number), ["'remember me'", "'remember me'"]]]);
});

test("what a cell of another file imports is tracked: a relative helper, JSON", async () => {
  writeFileSync(join(kernel.folder, "helper.ts"), "export const twice = (n: number): number => n * 2");
  writeFileSync(join(kernel.folder, "numbers.json"), "[1, 2]");
  const answer = await kernel.execute(
    "import { twice } from './helper'\nimport numbers from './numbers.json'\nnumbers.map(twice)",
  );
  expect(answer.reply).toMatchObject({ status: "ok" });
  expect(resultText(answer)).toBe("[ 2, 4 ]");
});

test("a kernel that cannot write its log says so once, and its cells work", async () => {
  const root = join(mkdtempSync(join(tmpdir(), "tagline-file-")), "not-a-folder");
  writeFileSync(root, "");
  const paused = await KernelClient.start({ env: { TAGLINE_PROJECT: root } });
  const first = await paused.execute("1 + 1");
  const second = await paused.execute("2 + 2");
  expect([resultText(first), resultText(second)]).toEqual(["2", "4"]);
  expect(streamText(first, "stderr")).toMatch(
    /^Tracking is paused: Cannot write the lineage log .* The cells themselves go on working\.\n$/,
  );
  expect(streamText(second, "stderr")).toBe("");
  expect(await paused.stop()).toBe(0);
});
