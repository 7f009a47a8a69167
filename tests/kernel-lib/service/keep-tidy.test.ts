import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type * as Built from "../../../kernel-lib/dist/service/keep-tidy.js";
import { listRuns, openLog, openReader, projectFiles, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import type { Tidied } from "../../../kernel-lib/src/lineage/tidy-log.js";
import { runStarted } from "../lineage/events-support.js";

// The thread exists where it is compiled.
const { keepTidy }: typeof Built = await import("../../../kernel-lib/dist/service/keep-tidy.js");

test("keepTidy() takes out what the catalog does not keep, in a thread, once", { timeout: 60_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), "tagline-tidy-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const run of ["OLD", "NEW"]) {
    const log = openLog(root, { author: "a", host: "h" });
    log.append([runStarted(run), { kind: "run.finished", run, status: "succeeded", at: "now", durationMs: 1 }]);
    await log.close();
  }
  writeFileSync(projectFiles(root).catalog, JSON.stringify({ retention: { runs: 1 } }));
  const tidied = await new Promise<Tidied | string>((resolve) => {
    const tidy = keepTidy(root, { firstMs: 0, onTidied: resolve, onProblem: resolve });
    onTestFinished(() => tidy.stop());
  });
  expect(tidied).toMatchObject({ retained: { runs: ["OLD"] }, compaction: null });
  expect(listRuns(openReader(root)).map(({ run }) => run)).toEqual(["NEW"]);
  expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  expect(readdirSync(join(projectFiles(root).claims, "tidy"))).toHaveLength(1);
});
