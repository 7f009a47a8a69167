import { test } from "vitest";
import { killRuns } from "../kernel-lib/pipeline/run/support/kill-runs.js";

test("a run that is killed at 100 random moments goes on from what is finished", { timeout: 1_800_000 }, () =>
  killRuns(100, Date.now() >>> 0),
);
