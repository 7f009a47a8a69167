import { expect, test } from "vitest";
import { cellSeed } from "../../../kernel-lib/src/notebook/cell-seed.js";

const hash = "9f3a11c2".padEnd(64, "0");

test("cellSeed() is a 32-bit unsigned number that depends on code, ordinal and project seed", () => {
  const seeds = [cellSeed(hash, 0), cellSeed(hash, 1), cellSeed(hash, 0, 7), cellSeed("0".repeat(64), 0)];
  for (const seed of seeds) expect(seed).toBe(seed >>> 0);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test("cellSeed() stays what it was, as exports carry it in their text", () => {
  expect(cellSeed(hash, 0)).toMatchInlineSnapshot(`1640759377`);
});
