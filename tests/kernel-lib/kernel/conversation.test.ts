import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answer, KernelClient, type Message, streamText } from "./support/kernel-client.js";

// Starting the compiler takes long where many tests share a machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const history = join(mkdtempSync(join(tmpdir(), "tagline-history-")), "kept", "history.jsonl");
let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start({ env: { TAGLINE_HISTORY: history } });
  await kernel.execute("import { comms, input } from 'tagline';");
});
afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
  expect(kernel.serverLog).toBe("");
});

/** Sends a cell that asks, and gives the questions as they come. */
function start(code: string): { readonly id: string; question(count?: number): Promise<Message> } {
  const id = kernel.send("execute_request", {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: true,
    stop_on_error: true,
  });
  const asked = (): Message[] => kernel.log.filter(({ type, parent }) => type === "input_request" && parent === id);
  return {
    id,
    question: (count = 1) => kernel.until((message) => asked()[count - 1] === message),
  };
}

const say = (value: string): string => kernel.send("input_reply", { status: "ok", value }, {}, "stdin");
const results = ({ messages }: Answer): unknown[] =>
  messages.flatMap(({ type, content }) =>
    type === "execute_result" ? [(content["data"] as { "text/plain": string })["text/plain"]] : [],
  );

test("input() asks below the cell that waits, and resolves to what the person types", async () => {
  const cell = start("const name = await input('Your name? '); 'Hello, ' + name");
  expect(await cell.question()).toMatchObject({
    channel: "stdin",
    content: { prompt: "Your name? ", password: false },
  });
  say("Ada 🐧");
  expect(results(await kernel.answer(cell.id))).toEqual(["'Hello, Ada 🐧'"]);
});

test("input.password() hides what is typed; two questions at once come one after the other", async () => {
  const cell = start("await Promise.all([input.password('One'), input('Two', { password: true })])");
  expect((await cell.question()).content).toEqual({ prompt: "One", password: true });
  say("1");
  expect((await cell.question(2)).content).toEqual({ prompt: "Two", password: true });
  say("2");
  expect(results(await kernel.answer(cell.id))).toEqual(["[ '1', '2' ]"]);
});

test("a front end that answers no questions gets an error in words", async () => {
  const { reply } = await kernel.execute("await input('?')", {}, { allow_stdin: false });
  expect(reply).toMatchObject({
    status: "error",
    ename: "Error",
    evalue: "Cannot ask for input: this front end does not answer questions. Make it a param() instead",
  });
});

test("an interrupt ends the waiting, and the next question is a new one", async () => {
  const cell = start("await input('never answered')");
  await cell.question();
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.answer(cell.id)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
  const next = start("await input('again')");
  await next.question();
  say("yes");
  expect(results(await kernel.answer(next.id))).toEqual(["'yes'"]);
});

test("comms go both ways: from the front end to a target of the notebook, and from a cell to the front end", async () => {
  await kernel.execute(`
    comms.register("counter", (comm, data) => {
      let count = (data as { from: number }).from;
      comm.onMessage((step) => { count += step as number; comm.send({ count }); console.log("now", count); });
      comm.onClose(() => console.log("closed at", count));
      comm.send({ count });
    });`);
  await kernel.answerless("comm_open", { comm_id: "c1", target_name: "counter", data: { from: 40 } });
  await kernel.answerless("comm_msg", { comm_id: "c1", data: 2 });
  const told = (type: string): unknown[] =>
    kernel.log
      .filter((message) => message.type === type && message.content["comm_id"] === "c1")
      .map(({ content }) => content["data"]);
  expect(told("comm_msg")).toEqual([{ count: 40 }, { count: 42 }]);
  expect((await kernel.request("comm_info_request", {})).reply).toEqual({
    status: "ok",
    comms: { c1: { target_name: "counter" } },
  });
  await kernel.answerless("comm_close", { comm_id: "c1", data: {} });
  expect((await kernel.request("comm_info_request", { target_name: "counter" })).reply).toEqual({
    status: "ok",
    comms: {},
  });
  // What listeners print stands below the cell that gave them.
  const printed = kernel.log
    .filter(({ type }) => type === "stream")
    .map(({ content }) => content["text"])
    .join("");
  expect(printed).toBe("now 42\nclosed at 42\n");

  const { messages } = await kernel.execute(`
    const mine = comms.open("slider", { value: 1 });
    mine.onMessage((value) => console.log("slid to", value));
    mine.send({ value: 2 });
    mine.id`);
  const opened = messages.find(({ type }) => type === "comm_open");
  expect(opened?.content).toMatchObject({ target_name: "slider", data: { value: 1 } });
  const id = opened?.content["comm_id"];
  expect(messages.find(({ type }) => type === "comm_msg")?.content).toMatchObject({ comm_id: id, data: { value: 2 } });
  await kernel.answerless("comm_msg", { comm_id: id, data: 7 });
  const slid = await kernel.until(({ type, content }) => type === "stream" && content["text"] === "slid to 7\n");
  expect(slid.parent).toBe(opened?.parent);
  const closing = await kernel.execute(
    "mine.close(); mine.close(); try { mine.send(1) } catch (error) { (error as Error).message }",
  );
  expect(closing.messages.filter(({ type }) => type === "comm_close")).toHaveLength(1);
});

test("comms carry metadata and bytes both ways", async () => {
  await kernel.execute(`
    comms.register("bytes", (comm, data, { metadata, buffers }) => {
      comm.send({ data, metadata, bytes: buffers.map((bytes) => [...bytes]) }, { version: "2.1.0" }, [
        new Float32Array([1]), new Uint8Array([7, 8, 9]).subarray(1), new DataView(new ArrayBuffer(2)), new ArrayBuffer(1),
      ]);
      comm.onMessage((step, { buffers }) => comm.send(step, {}, buffers));
      comm.onClose((_, { buffers }) => console.log("last", buffers[0]?.toString()));
    });`);
  const said = (type: string, id: string): Message[] =>
    kernel.log.filter((message) => message.type === type && message.content["comm_id"] === id);
  const open = { comm_id: "b1", target_name: "bytes", data: 1 };
  await kernel.answerless("comm_open", open, { is: "mine" }, [Buffer.from([1, 2]), Buffer.alloc(0)]);
  await kernel.answerless("comm_msg", { comm_id: "b1", data: "back" }, {}, [Buffer.from("binary\0")]);
  await kernel.answerless("comm_close", { comm_id: "b1", data: {} }, {}, [Buffer.from("bye")]);
  expect(said("comm_msg", "b1").map(({ content, metadata, buffers }) => [content["data"], metadata, buffers])).toEqual([
    [
      { data: 1, metadata: { is: "mine" }, bytes: [[1, 2], []] },
      { version: "2.1.0" },
      [Buffer.from([0, 0, 128, 63]), Buffer.from([8, 9]), Buffer.alloc(2), Buffer.alloc(1)],
    ],
    ["back", {}, [Buffer.from("binary\0")]],
  ]);
  await kernel.until(({ type, content }) => type === "stream" && content["text"] === "last bye\n");

  const { messages } = await kernel.execute(
    `comms.open("widget", { state: {} }, { version: "2.1.0" }, [new Uint8Array([5])]).close({ last: true }, {}, [new Uint8Array([6])])`,
  );
  const sent = messages.filter(({ type }) => type.startsWith("comm_"));
  expect(sent.map(({ type, content, metadata, buffers }) => [type, content["data"], metadata, buffers])).toEqual([
    ["comm_open", { state: {} }, { version: "2.1.0" }, [Buffer.from([5])]],
    ["comm_close", { last: true }, {}, [Buffer.from([6])]],
  ]);
});

test.each<readonly [code: string, prompt: string]>([
  [
    `import { createInterface } from "node:readline/promises";
    const asked = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await asked.question("Name? ");
    asked.close(); answer`,
    "Name? ",
  ],
  [
    `import * as readline from "readline";
    const old = readline.createInterface({ input: process.stdin, output: process.stdout });
    let answered = "";
    old.question("Name? ", (text) => { answered = text; old.close(); console.log("answered", answered) });`,
    "Name? ",
  ],
  [
    `const lines = require("readline").createInterface({ input: process.stdin });
    let first = "";
    for await (const line of lines) { first = line; break }
    first`,
    "",
  ],
  [
    `const text = await new Promise<string>((resolve) => process.stdin.once("data", (bytes) => resolve(String(bytes).trim()))); text`,
    "",
  ],
])("readline and process.stdin ask the front end: %s", async (code, prompt) => {
  const cell = start(code);
  expect((await cell.question()).content).toEqual({ prompt, password: false });
  say("Ada");
  const answer = await kernel.answer(cell.id);
  expect([answer.reply["status"], [...results(answer), streamText(answer)].join("")]).toEqual([
    "ok",
    expect.stringContaining("Ada"),
  ]);
  expect(kernel.log.filter(({ type, parent }) => type === "input_request" && parent === cell.id)).toHaveLength(1);
});

test("an interface that nobody asks anything keeps no cell waiting; its question is of the cell that asks", async () => {
  const made = await kernel.execute(
    `const kept = require("readline/promises").createInterface({ input: process.stdin, output: process.stdout }); 1`,
  );
  expect(results(made)).toEqual(["1"]);
  const cell = start("const [a, b] = [await kept.question('a'), await kept.question('b')]; a + b");
  await cell.question();
  say("1");
  await cell.question(2);
  say("2");
  expect(results(await kernel.answer(cell.id))).toEqual(["'12'"]);
});

test.each([
  `const { createInterface } = require("readline/promises"); await createInterface({ input: process.stdin }).question("?")`,
  `require("readline").createInterface({ input: process.stdin }).question("?", () => {})`,
  `for await (const line of require("readline").createInterface({ input: process.stdin })) line`,
  `await new Promise((resolve) => process.stdin.on("data", resolve))`,
  `for await (const chunk of process.stdin) chunk`,
])("where nobody answers, a cell says so instead of waiting: %s", async (code) => {
  const { reply } = await kernel.execute(code, {}, { allow_stdin: false });
  expect(reply).toMatchObject({
    status: "error",
    evalue: "Cannot ask for input: this front end does not answer questions. Make it a param() instead",
  });
});

test("a comm to a target that nobody registered is closed again", async () => {
  const id = await kernel.answerless("comm_open", { comm_id: "c9", target_name: "nobody", data: {} });
  expect(kernel.log.find(({ type, parent }) => type === "comm_close" && parent === id)?.content).toEqual({
    comm_id: "c9",
    data: {},
  });
});

test("an error in a comm's listener is told below its cell; the kernel goes on", async () => {
  const { messages } = await kernel.execute("comms.register('bad', () => { throw new RangeError('too far'); });");
  await kernel.answerless("comm_open", { comm_id: "c2", target_name: "bad", data: {} });
  const told = await kernel.until(
    ({ type, content }) => type === "stream" && String(content["text"]).includes("too far"),
  );
  expect(told.parent).toBe(messages[0]?.parent);
  expect(results(await kernel.execute("1 + 1"))).toEqual(["2"]);
});

test("inputs are kept across restarts, for this person alone, and are found by tail, range and search", async () => {
  const query = async (client: KernelClient, content: object): Promise<unknown[]> =>
    (await client.request("history_request", { output: false, raw: true, ...content })).reply["history"] as unknown[];
  const env = { TAGLINE_HISTORY: join(mkdtempSync(join(tmpdir(), "tagline-history-")), "history.jsonl") };
  const first = await KernelClient.start({ env });
  await first.execute("1 + 1");
  await first.execute("'two'\n// lines");
  await first.execute("3", {}, { store_history: false });
  await first.execute("4", {}, { silent: true });
  expect(await query(first, { hist_access_type: "tail", n: 1, output: true })).toEqual([
    [1, 2, ["'two'\n// lines", "'two'"]],
  ]);
  // Two at once, each with its own session.
  const second = await KernelClient.start({ env });
  await second.execute("1 + 1");
  await second.execute("const é = '🐧';");
  expect(await query(second, { hist_access_type: "tail", n: 3 })).toEqual([
    [1, 2, "'two'\n// lines"],
    [2, 1, "1 + 1"],
    [2, 2, "const é = '🐧';"],
  ]);
  expect(await query(second, { hist_access_type: "range", session: 0, start: 1, stop: 2 })).toEqual([[2, 1, "1 + 1"]]);
  expect(await query(second, { hist_access_type: "range", session: -1, start: 2 })).toEqual([
    [1, 2, "'two'\n// lines"],
  ]);
  expect(await query(second, { hist_access_type: "range", session: 1, start: 1, output: true })).toEqual([
    [1, 1, ["1 + 1", null]],
    [1, 2, ["'two'\n// lines", null]],
  ]);
  expect(await query(second, { hist_access_type: "search", pattern: "1*", unique: true })).toEqual([[2, 1, "1 + 1"]]);
  expect(await query(second, { hist_access_type: "search", pattern: "1 ? 1", n: 5 })).toEqual([
    [1, 1, "1 + 1"],
    [2, 1, "1 + 1"],
  ]);
  expect(await first.stop()).toBe(0);
  expect(await second.stop()).toBe(0);
  expect(statSync(env.TAGLINE_HISTORY).mode & 0o077).toBe(0);
  expect(readFileSync(env.TAGLINE_HISTORY, "utf8").trim().split("\n")).toHaveLength(4);
});
