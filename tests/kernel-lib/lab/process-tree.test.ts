import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { descendantsOf, sendSignal } from "../../../kernel-lib/src/lab/process-tree.js";

test("descendantsOf() finds children of children", async () => {
  const script =
    "const c = require('child_process').spawn('sleep', ['60']); console.log(c.pid); process.stdin.resume();";
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "ignore"] });
  const [line] = await once(child.stdout, "data");
  const grandchild = Number(String(line));
  expect(await descendantsOf(child.pid ?? 0)).toEqual([grandchild]);
  expect(await descendantsOf(process.pid)).toEqual(expect.arrayContaining([child.pid, grandchild]));
  expect([child.pid ?? 0, grandchild].map((pid) => sendSignal(pid, "SIGKILL"))).toEqual([true, true]);
  await once(child, "exit");
});

test("sendSignal() is false for a process that is gone", () => {
  expect(sendSignal(2_147_483_646, "SIGTERM")).toBe(false);
});
