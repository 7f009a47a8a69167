import { expect, test } from "vitest";
import { gateVersions } from "../../../../../kernel-lib/src/pipeline/run/ci/gate-versions.js";

test("gateVersions() lets pass what is better or as good, by which way each metric's name says", () => {
  const rows = gateVersions({ accuracy: 0.9, loss: 0.5, new: 1 }, { accuracy: 0.9, loss: 0.6, gone: 3 }, 0);
  expect(rows).toEqual([
    { metric: "accuracy", now: 0.9, before: 0.9, direction: "desc", isGood: true },
    { metric: "loss", now: 0.5, before: 0.6, direction: "asc", isGood: true },
    { metric: "new", now: 1, direction: "desc", isGood: true },
  ]);
});

test.each([
  [{ rmse: 1.03 }, { rmse: 1 }, 0.02, false],
  [{ rmse: 1.02 }, { rmse: 1 }, 0.021, true],
  [{ r2: -0.2 }, { r2: -0.1 }, 0.5, false],
  [{ r2: Number.NaN }, { r2: 0.1 }, 10, false],
  [{ r2: Number.NaN }, {}, 0, false],
  [{ r2: 0.1 }, { r2: Number.NaN }, 0, true],
])("gateVersions() of %j after %j within %d: %s", (now, before, tolerance, isGood) => {
  expect(gateVersions(now, before, tolerance).every((row) => row.isGood)).toBe(isGood);
});
