import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compactLog } from "../../../../../kernel-lib/src/lineage/compact-log.js";
import { eraseLog } from "../../../../../kernel-lib/src/lineage/erase-log.js";
import { openLog, readLog, verifyLog } from "../../../../../kernel-lib/src/lineage/index.js";
import { openExchange } from "../../../../../kernel-lib/src/pipeline/run/tasks/open-exchange.js";
import { pullLineage, pushLineage } from "../../../../../kernel-lib/src/pipeline/run/tasks/pull-lineage.js";
import { runStarted } from "../../../lineage/events-support.js";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tagline-pull-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const runsOf = (root: string): string[] =>
  readLog(root).events.flatMap(({ event }) => (event.kind === "run.started" ? [event.run] : []));

test("compacted segments are pushed one by one, not pulled again, and what was erased does not come back", async () => {
  const [here, there] = [folder(), folder()];
  const exchange = await openExchange(here, { TAGLINE_ARTIFACTS: `file://${folder()}` });
  for (const run of ["R1", "R2", "R3"]) {
    const log = openLog(here, { author: run === "R2" ? "Ada" : "Bob", host: "h" });
    log.append(runStarted(run));
    await log.close();
  }
  compactLog(here);
  expect(await pushLineage(here, exchange)).toMatchObject({ segments: 3 });
  expect(await pushLineage(here, exchange)).toMatchObject({ segments: 0 });
  expect(await pullLineage(here, exchange)).toMatchObject({ segments: 0 });
  expect(await pullLineage(there, exchange)).toMatchObject({ segments: 3 });
  expect(readLog(there)).toEqual(readLog(here));
  expect(verifyLog(there)).toMatchObject({ intact: true, problems: [] });
  eraseLog(here, { author: "Ada" });
  eraseLog(there, { author: "Ada" });
  for (const root of [here, there]) {
    expect(await pullLineage(root, exchange)).toMatchObject({ segments: 0 });
    expect(runsOf(root)).toEqual(["R1", "R3"]);
    expect(verifyLog(root)).toMatchObject({ intact: true, problems: [] });
  }
});
