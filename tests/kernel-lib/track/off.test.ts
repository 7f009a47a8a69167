import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { KernelClient } from "../kernel/support/kernel-client.js";

vi.setConfig({ testTimeout: 240_000 });

/** Runs three cells in a kernel; gives what they printed and whether there is a log then. */
async function run(env: Record<string, string>): Promise<{ readonly printed: unknown; readonly hasLog: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), "tagline-off-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const kernel = await KernelClient.start({ folder, env });
  await kernel.execute("import fs from 'node:fs'; import { param } from 'tagline'; const list = [1]; let n = 0;");
  await kernel.execute("list.push(param('units', 2)); fs.writeFileSync('out.txt', String(list)); n += 1;");
  // A cell that fails still hands on what it wrote.
  await kernel.execute("const late = n + 1; throw new Error('here');");
  const { messages } = await kernel.execute("[list, n, late, Math.random(), fs.readFileSync('out.txt', 'utf8')]");
  const printed = messages.find(({ type }) => type === "execute_result")?.content["data"];
  expect(await kernel.stop()).toBe(0);
  expect(readFileSync(join(folder, "out.txt"), "utf8")).toBe("1,2");
  return { printed, hasLog: existsSync(join(folder, ".tagline", "lineage")) };
}

test("TAGLINE_TRACK=off leaves no log, and cells do the same", async () => {
  const off = await run({ TAGLINE_TRACK: "off" });
  const on = await run({});
  expect([off.hasLog, on.hasLog]).toEqual([false, true]);
  expect(off.printed).toEqual(on.printed);
});
