import { expect, test } from "vitest";
import { intervalOfMedian, median } from "./median.js";
import { toRow } from "./row.js";

test("median() is the middle value, or the mean of the middle two", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test("intervalOfMedian() takes the second and second last of ten, and all of five", () => {
  expect(intervalOfMedian([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toEqual([1, 8]);
  expect(intervalOfMedian([5, 1, 4, 2, 3])).toEqual([1, 5]);
});

test("toRow() divides pair by pair, and meets a goal by the better end of the interval", () => {
  const what = { metric: "round trip", peerName: "ipykernel", unit: "ms" };
  const pairs = [
    [12, 10],
    [30, 20],
    [14, 10],
  ] as const;
  expect(toRow({ ...what, atMost: 1.3 }, pairs)).toEqual({
    ...what,
    ours: 14,
    peer: 10,
    ratio: 1.4,
    interval: [1.2, 1.5],
    pairs: 3,
    goal: "ratio <= 1.3",
    met: true,
  });
  expect(toRow({ ...what, atMost: 1.1 }, pairs).met).toBe(false);
  expect(toRow({ ...what, atLeast: 1.5 }, pairs)).toMatchObject({ goal: "ratio >= 1.5", met: true });
  expect(toRow({ ...what, atLeast: 1.6 }, pairs).met).toBe(false);
  expect(toRow(what, pairs)).toMatchObject({ goal: null, met: null });
});
