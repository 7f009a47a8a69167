import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { checkout } from "../../../kernel-lib/src/lab/places.js";
import { openLog, projectFiles } from "../../../kernel-lib/src/lineage/index.js";
import { cellFinished, runStarted, temporaryFolder } from "./support.js";

test("openReaderGently() has a thread read a long log, and goes on with what comes after", async () => {
  const root = temporaryFolder();
  const log = openLog(root, { author: "Ada" });
  for (let run = 0; run < 60; run += 1)
    log.append([
      runStarted(`R${run}`),
      ...Array.from({ length: 100 }, (_, count) => cellFinished(`R${run}`, count + 1, { reads: ["x".repeat(80)] })),
    ]);
  await log.commit();

  // As it is built: a thread cannot be started from sources.
  const built = pathToFileURL(join(checkout.kernelLib, "dist/lineage/reader.js")).href;
  const reader: typeof import("../../../kernel-lib/src/lineage/reader.js") = await import(built);
  const opened = await reader.openReaderGently(root);
  expect(existsSync(join(projectFiles(root).folder, "cache", "lineage", "index.json"))).toBe(true);
  expect(opened.unkeptBytes()).toBe(0);
  expect([...opened.runs()].map(({ digest }) => digest.cells)).toEqual(Array(60).fill(100));

  log.append([runStarted("R60"), cellFinished("R60", 1)]);
  await log.close();
  await reader.refreshGently(opened);
  expect(opened.runCount).toBe(61);
  expect(opened.unkeptBytes()).toBeGreaterThan(0);
});
