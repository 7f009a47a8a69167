import { execFileSync } from "node:child_process";
import { rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { type Answer, KernelClient, streamText } from "./support/kernel-client.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resultOf = ({ messages }: Answer): unknown =>
  messages.flatMap(({ type, content }) =>
    type === "execute_result" ? [(content["data"] as { "text/plain": string })["text/plain"]] : [],
  )[0];

const countsOf = (root: string): number[] =>
  readLog(root).events.flatMap(({ event }) => (event.kind === "cell.finished" ? [event.count] : []));

/** What the cell gave, how it ended, and what the notebook said below it. */
async function run(kernel: KernelClient, code: string): Promise<unknown[]> {
  const answer = await kernel.execute(code);
  return [resultOf(answer), answer.reply["status"], streamText(answer, "stderr")];
}

const paused = (reason: RegExp) =>
  expect.stringMatching(
    new RegExp(
      `^Tracking is paused: Cannot write the lineage log in .*${reason.source}.*The cells themselves go on working\\.`,
      "s",
    ),
  );

test("a running kernel whose files may not grow keeps its cells' results, says why tracking pauses, and writes what waited", async () => {
  const kernel = await KernelClient.start();
  onTestFinished(() => void kernel.process.kill("SIGKILL"));
  const root = kernel.folder;
  // A limit for one process's files is the same to it as a full disk, and any disk has it.
  const limit = (bytes: string) =>
    execFileSync("prlimit", ["--pid", String(kernel.process.pid), `--fsize=${bytes}:unlimited`]);
  expect(await run(kernel, "const a = 20; a")).toEqual(["20", "ok", ""]);
  limit("1024");
  expect(await run(kernel, "const b = a + 1; b")).toEqual(["21", "ok", paused(/EFBIG/)]);
  expect(await run(kernel, "b * 2")).toEqual(["42", "ok", ""]);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  limit("unlimited");
  expect(await run(kernel, "b + 1")).toEqual(["22", "ok", expect.stringMatching(/^Tracking goes on\./)]);
  expect(countsOf(root)).toEqual([1, 2, 3, 4]);
  expect(await kernel.stop()).toBe(0);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
});

test("a running kernel in a folder that cannot be written keeps its cells' results, and begins its log when it can be", async () => {
  const kernel = await KernelClient.start();
  onTestFinished(() => void kernel.process.kill("SIGKILL"));
  const root = kernel.folder;
  // A file in the folder's place stops root, too, whom no permission stops.
  rmSync(join(root, ".tagline"), { recursive: true, force: true });
  writeFileSync(join(root, ".tagline"), "");
  expect(await run(kernel, "6 * 7")).toEqual(["42", "ok", paused(/ENOTDIR|EEXIST/)]);
  expect(await run(kernel, "6 * 8")).toEqual(["48", "ok", ""]);
  unlinkSync(join(root, ".tagline"));
  expect(await run(kernel, "6 * 9")).toEqual(["54", "ok", expect.stringMatching(/^Tracking goes on\./)]);
  expect(countsOf(root)).toEqual([1, 2, 3]);
  expect(await kernel.stop()).toBe(0);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
});
