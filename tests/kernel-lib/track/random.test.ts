import { beforeAll, expect, test } from "vitest";
import { installTracking } from "../../../kernel-lib/src/track/install-tracking.js";
import { createRandom } from "../../../kernel-lib/src/track/random.js";
import { beginCell } from "../../../kernel-lib/src/track/recorder.js";
import { seedFor } from "../../../kernel-lib/src/track/seed.js";
import { identity, temporaryFolder, traceOf } from "./support.js";

beforeAll(() => installTracking({ folder: temporaryFolder() }));

async function draws(count: number, seed = 1): Promise<number[]> {
  const drawn: number[] = [];
  await traceOf(
    () => {
      for (let i = 0; i < count; i += 1) drawn.push(Math.random());
    },
    {},
    { seed },
  );
  return drawn;
}

test("Math.random restarts at each cell from the cell's seed", async () => {
  const first = await draws(3);
  expect(await draws(3)).toEqual(first);
  expect(await draws(3, 2)).not.toEqual(first);
  expect(new Set(first).size).toBe(3);
});

test("a callback of an older cell goes on with that cell's stream", async () => {
  const alone = await draws(2);
  const older = beginCell({ ...identity, seed: 1 });
  const one = older.run(() => Math.random());
  const newer = beginCell({ ...identity, seed: 2 });
  newer.run(() => Math.random());
  const two = older.run(() => Math.random());
  expect([one, two]).toEqual(alone);
});

test("createRandom() is even and in range", () => {
  const random = createRandom(7);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i += 1) {
    const bucket = Math.floor(random() * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(buckets.reduce((sum, count) => sum + count)).toBe(100_000);
  // Five standard deviations of a binomial count.
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(475);
});

test("seedFor() tells code, ordinal and project apart", () => {
  const seeds = [
    seedFor(0, "aa".repeat(32), 0),
    seedFor(0, "ab".repeat(32), 0),
    seedFor(0, "aa".repeat(32), 1),
    seedFor(1, "aa".repeat(32), 0),
  ];
  expect(new Set(seeds).size).toBe(4);
  for (const seed of seeds) expect(seed >>> 0).toBe(seed);
});
