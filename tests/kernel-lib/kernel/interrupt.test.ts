import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KernelClient, resultText } from "./support/kernel-client.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute("const kept = 'still here'; const { readFile } = require('node:fs')");
});

afterAll(async () => {
  expect(await kernel.stop()).toBe(0);
});

const byMessage = (): void => void kernel.send("interrupt_request", {}, {}, "control");
const bySignal = (): void => void kernel.process.kill("SIGINT");

const cases: readonly (readonly [how: string, interrupt: () => void, code: string])[] = [
  ["a message", byMessage, "console.log('on'); while (true) {}"],
  ["a signal", bySignal, "console.log('on'); while (true) {}"],
  ["a message", byMessage, "await 1; console.log('on'); while (true) {}"],
  ["a message", byMessage, "await new Promise(() => { setTimeout(() => { console.log('on'); while (true) {} }, 1) })"],
  [
    "a message",
    byMessage,
    "await new Promise(() => { readFile(process.execPath, () => { console.log('on'); while (true) {} }) })",
  ],
  ["a message", byMessage, "console.log('on'); await new Promise(() => {})"],
  ["a signal", bySignal, "console.log('on'); await new Promise(() => {})"],
  ["a message", byMessage, "console.log('on'); try { while (true) {} } catch { console.log('caught') }"],
];

test.each(cases)("%s interrupts, and the session goes on: %s %s", async (_, interrupt, code) => {
  const id = kernel.send("execute_request", { code });
  await kernel.until(({ parent, type }) => parent === id && type === "stream");
  interrupt();
  const { reply, messages } = await kernel.answer(id);
  expect(reply).toMatchObject({ status: "error", ename: "Interrupted", evalue: "the cell was interrupted" });
  expect(messages.filter(({ type }) => type === "error")).toHaveLength(1);
  expect(resultText(await kernel.execute("kept"))).toBe("'still here'");
});

test("an interrupt while nothing runs does nothing", async () => {
  byMessage();
  bySignal();
  expect(resultText(await kernel.execute("await 1; kept"))).toBe("'still here'");
});

test("output of a blocked cell is seen while it runs", async () => {
  const id = kernel.send("execute_request", {
    code: "console.log('first'); const until = Date.now() + 1500; while (Date.now() < until) {}",
  });
  await kernel.until(({ parent, type }) => parent === id && type === "stream");
  expect(kernel.log.some(({ parent, type }) => parent === id && type === "execute_reply")).toBe(false);
  await kernel.answer(id);
});
