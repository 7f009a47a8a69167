import { expect, test } from "vitest";
import { compactKills } from "../kernel-lib/lineage/compact-kills.js";
import { killRounds } from "../kernel-lib/lineage/kill-rounds.js";

test("300 kill -9 of the writing process lose no acknowledged event", { timeout: 900_000 }, async () => {
  expect(await killRounds(300, Date.now() >>> 0)).toBeGreaterThan(1000);
});

test("150 kill -9 of a process that compacts lose nothing and count nothing twice", { timeout: 900_000 }, async () => {
  expect(await compactKills(150, Date.now() >>> 0)).toBeGreaterThanOrEqual(150);
});
