import { expect, test } from "vitest";
import { killRounds } from "../kernel-lib/lineage/kill-rounds.js";

test("300 kill -9 of the writing process lose no acknowledged event", { timeout: 900_000 }, async () => {
  expect(await killRounds(300, Date.now() >>> 0)).toBeGreaterThan(1000);
});
