import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runCli } from "../../../kernel-lib/src/cli/run-cli.js";
import { openLog, projectFiles } from "../../../kernel-lib/src/lineage/index.js";
import { runStarted, temporaryFolder } from "../lineage/support.js";

async function tagline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const stream = (add: (text: string) => unknown) => ({ write: add });
  const code = await runCli(args, {
    stdout: stream((text) => (out += text)),
    stderr: stream((text) => (err += text)),
  });
  return { code, out, err };
}

test("tagline lineage verify exits 0 for an intact log and 1 for a wrong one; erase takes a run out", async () => {
  const root = temporaryFolder();
  vi.stubEnv("TAGLINE_PROJECT", root);
  const log = openLog(root, { author: "Ada" });
  log.append([runStarted("RUNONE1"), runStarted("RUNTWO2")]);
  await log.close();
  const path = join(projectFiles(root).lineage, `${log.writer}.jsonl`);
  expect(await tagline("lineage", "verify")).toEqual({
    code: 0,
    out: "The log is intact: 2 events in 1 segments.\n",
    err: "",
  });
  const bytes = readFileSync(path, "utf8");
  writeFileSync(path, bytes.replace("RUNTWO2", "RUNTW02"));
  const wrong = await tagline("lineage", "verify", "--json");
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.out).problems).toMatchObject([
    {
      kind: "edited",
      writer: log.writer,
      line: 3,
      offset: bytes.indexOf("RUNTWO2") + 5,
      expected: '"O"',
      found: '"0"',
    },
  ]);
  writeFileSync(path, bytes);
  expect(await tagline("lineage", "erase")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--author NAME or --run ID/),
  });
  expect((await tagline("lineage", "erase", "--run", "RUNONE1", "--dry-run")).out).toMatch(
    /^Would erase 1 events of 1 runs/,
  );
  expect((await tagline("lineage", "erase", "--run", "RUNONE1")).code).toBe(0);
  expect(await tagline("lineage", "verify")).toMatchObject({
    code: 0,
    out: expect.stringContaining("1 of them erased"),
  });
  expect(readFileSync(path, "utf8")).not.toContain("RUNONE1");
  vi.unstubAllEnvs();
});
