import { test } from "vitest";
import { killRuns } from "./support/kill-runs.js";

// Whole processes, on a machine that may be busy with others. `npm run test:engines` kills a hundred times.
test("a run that is killed at 20 random moments goes on from what is finished", { timeout: 600_000 }, () =>
  killRuns(20, 20_261_124),
);
