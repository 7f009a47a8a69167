import { expect, test } from "vitest";
import { formatMoment, nextRun, nextRuns, readCron } from "../../../kernel-lib/src/schedule/index.js";

function moments(cron: string, timeZone: string, from: string, count = 3): string[] {
  return nextRuns({ cron, timeZone }, new Date(from), count).map((moment) => formatMoment(moment, timeZone));
}

test("nextRun() comes after its argument, in the schedule's zone", () => {
  expect(moments("0 6 * * *", "Europe/Berlin", "2026-11-24T05:00:00Z")).toEqual([
    "2026-11-25 06:00 +01:00",
    "2026-11-26 06:00 +01:00",
    "2026-11-27 06:00 +01:00",
  ]);
  expect(moments("0 6 * * *", "Asia/Kathmandu", "2026-11-24T00:14:59.999Z", 1)).toEqual(["2026-11-24 06:00 +05:45"]);
  expect(moments("*/20 * * * * *", "UTC", "2026-11-24T05:00:00.500Z", 2)).toEqual([
    "2026-11-24 05:00:20 +00:00",
    "2026-11-24 05:00:40 +00:00",
  ]);
  expect(moments("0 9 * * MON-FRI", "America/New_York", "2026-11-27T15:00:00Z", 1)).toEqual([
    "2026-11-30 09:00 -05:00",
  ]);
});

test("nextRun() lets 02:30 come at the jump on the day that skips it", () => {
  expect(moments("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z")).toEqual([
    "2026-03-28 02:30 +01:00",
    "2026-03-29 03:00 +02:00",
    "2026-03-30 02:30 +02:00",
  ]);
  expect(moments("0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 1)).toEqual(["2026-03-29 03:00 +02:00"]);
});

test("nextRun() lets 02:30 come once, the first time, on the day that shows it twice", () => {
  expect(moments("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
    "2026-10-25 02:30 +02:00",
    "2026-10-26 02:30 +01:00",
  ]);
  for (const from of ["2026-10-25T00:30:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-10-25T01:10:00Z"]) {
    expect(moments("30 2 * * *", "Europe/Berlin", from, 1)).toEqual(["2026-10-26 02:30 +01:00"]);
  }
  expect(moments("0 3 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1)).toEqual(["2026-10-25 03:00 +01:00"]);
});

test("nextRun() of an expression for every hour goes on in real time where clocks change", () => {
  expect(moments("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:50:00Z", 6)).toEqual([
    "2026-10-25 02:00 +02:00",
    "2026-10-25 02:30 +02:00",
    "2026-10-25 02:00 +01:00",
    "2026-10-25 02:30 +01:00",
    "2026-10-25 03:00 +01:00",
    "2026-10-25 03:30 +01:00",
  ]);
  expect(moments("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2)).toEqual([
    "2026-03-29 01:30 +01:00",
    "2026-03-29 03:30 +02:00",
  ]);
});

test("nextRun() gives the same moments from wherever it is asked", () => {
  for (const [cron, day] of [
    ["30 2 * * *", "2026-03-28T20:00:00Z"],
    ["15,45 1-3 * * *", "2026-10-24T20:00:00Z"],
    ["*/20 * * * *", "2026-10-24T20:00:00Z"],
  ] as const) {
    const timing = { cron, timeZone: "Europe/Berlin" };
    const all = nextRuns(timing, new Date(day), 40).map((moment) => moment.getTime());
    for (let ms = Date.parse(day); ms < Date.parse(day) + 12 * 3_600_000; ms += 7 * 60_000) {
      expect(nextRun(timing, new Date(ms))?.getTime()).toBe(all.find((moment) => moment > ms));
    }
  }
});

test("nextRun() is null where no moment comes", () => {
  expect(nextRun({ cron: "0 0 30 2 *", timeZone: "Europe/Berlin" }, new Date("2026-01-01T00:00:00Z"))).toBeNull();
  expect(nextRun({ cron: "0 0 29 2 *", timeZone: "UTC" }, new Date("2026-03-01T00:00:00Z"))).toEqual(
    new Date("2028-02-29T00:00:00Z"),
  );
});

test.each(["", "x", "61 * * * *", "* * * *", "* * * * * * *", "2026-10-25T00:31:00", "@often"])(
  "readCron() refuses %j with a sentence",
  (cron) => {
    expect(() => readCron(cron)).toThrow(`Cannot read cron expression "${cron}": `);
  },
);
