import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LineageEvent } from "../../../kernel-lib/src/lineage/events.js";
import {
  addSchedule,
  isServiceAlive,
  readSchedules,
  removeSchedule,
  type Schedule,
  type SchedulerEvent,
  schedulesOffHere,
  setPaused,
  startScheduler,
} from "../../../kernel-lib/src/schedule/index.js";
import { HandClock, runDocument, temporaryFolder } from "./support.js";

const draft = { notebook: "nb.ipynb", cron: "* * * * *", timeZone: "UTC", params: { units: "8" } };

/** A scheduler over a real project, with a clock moved by hand, and runs that end at once or when told. */
function start(root: string, clock: HandClock, { endless = false } = {}) {
  const events: SchedulerEvent[] = [];
  const logged: LineageEvent[] = [];
  const ran: Schedule[] = [];
  const scheduler = startScheduler({
    root,
    clock,
    onEvent: (event) => events.push(event),
    log: {
      append: (event) => {
        logged.push(...[event].flat());
        return [];
      },
      commit: async () => {},
      close: async () => {},
    },
    run: (schedule, _root, run, signal) => {
      ran.push(schedule);
      if (!endless) return Promise.resolve(runDocument(run, "succeeded"));
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(runDocument(run, "cancelled")));
      });
    },
  });
  const due = (kind: "fired" | "skipped"): string[] =>
    events.flatMap((event) => (event.kind === kind ? [event.due.slice(11, 19)] : []));
  return { scheduler, events, logged, ran, due };
}

test("startScheduler() fires each moment as a run of its own, logged before it begins", async () => {
  const root = temporaryFolder();
  const clock = new HandClock("2026-11-24T05:58:30Z");
  const added = await addSchedule(root, draft, new Date(clock.now()));
  const { scheduler, events, logged, ran } = start(root, clock);
  expect(isServiceAlive(root)).toBe(true);
  await clock.moveTo("2026-11-24T05:59:30Z");
  await clock.moveTo("2026-11-24T06:00:30Z");
  await scheduler.stop();
  expect(isServiceAlive(root)).toBe(false);
  expect(ran).toEqual([added, added]);
  expect(logged).toEqual(
    ["2026-11-24T05:59:00.000Z", "2026-11-24T06:00:00.000Z"].map((moment) => ({
      kind: "schedule.fired",
      schedule: "nb",
      due: moment,
      at: moment,
      run: expect.stringMatching(/^[0-9A-Z]{26}$/),
    })),
  );
  expect(events.map(({ kind }) => kind)).toEqual(["fired", "finished", "fired", "finished"]);
});

test("startScheduler() fires nothing twice beside a second one, nor after a restart", async () => {
  const root = temporaryFolder();
  const clock = new HandClock("2026-11-24T06:00:30Z");
  await addSchedule(root, draft, new Date(clock.now()));
  const [one, two] = [start(root, clock), start(root, clock)];
  await clock.moveTo("2026-11-24T06:01:00Z");
  await clock.moveTo("2026-11-24T06:02:00Z");
  expect([...one.due("fired"), ...two.due("fired")].sort()).toEqual(["06:01:00", "06:02:00"]);
  await Promise.all([one.scheduler.stop(), two.scheduler.stop()]);
  const three = start(root, clock);
  await clock.moveTo("2026-11-24T06:02:59Z");
  expect(three.due("fired")).toEqual([]);
  await clock.moveTo("2026-11-24T06:03:00Z");
  await three.scheduler.stop();
  expect(three.due("fired")).toEqual(["06:03:00"]);
});

test("startScheduler() leaves out what was due while nobody lived or the machine slept", async () => {
  const root = temporaryFolder();
  await addSchedule(root, draft, new Date("2026-11-24T05:00:00Z"));
  const clock = new HandClock("2026-11-24T06:00:30Z");
  const { scheduler, due } = start(root, clock);
  await clock.moveTo("2026-11-24T06:01:10Z");
  await clock.sleepTo("2026-11-24T08:30:20Z");
  await clock.moveTo("2026-11-24T08:31:10Z");
  await scheduler.stop();
  expect(due("fired")).toEqual(["06:01:00", "08:30:00", "08:31:00"]);
});

test("startScheduler() starts no second run of a schedule beside its first", async () => {
  const root = temporaryFolder();
  const clock = new HandClock("2026-11-24T06:00:30Z");
  await addSchedule(root, draft, new Date(clock.now()));
  const { scheduler, events, due } = start(root, clock, { endless: true });
  await clock.moveTo("2026-11-24T06:01:30Z");
  await clock.moveTo("2026-11-24T06:02:30Z");
  await scheduler.stop();
  expect({ fired: due("fired"), skipped: due("skipped") }).toEqual({ fired: ["06:01:00"], skipped: ["06:02:00"] });
  expect(events.at(-1)).toMatchObject({ kind: "finished", status: "cancelled" });
});

test("startScheduler() follows the catalog: added, paused, resumed, removed, broken and mended", async () => {
  const root = temporaryFolder();
  const clock = new HandClock("2026-11-24T06:00:30Z");
  await addSchedule(root, { ...draft, cron: "0 0 1 1 *" }, new Date(clock.now()));
  const { scheduler, events, due } = start(root, clock);
  await addSchedule(root, { ...draft, name: "Each minute" }, new Date(clock.now()));
  await clock.moveTo("2026-11-24T06:01:30Z");
  await setPaused(root, "each-minute", true, new Date(clock.now()));
  await clock.moveTo("2026-11-24T06:03:30Z");
  await setPaused(root, "each-minute", false, new Date(clock.now()));
  await clock.moveTo("2026-11-24T06:04:30Z");
  await removeSchedule(root, "each-minute");
  await clock.moveTo("2026-11-24T06:06:30Z");
  expect(due("fired")).toEqual(["06:01:00", "06:04:00"]);
  const catalog = join(root, ".tagline/catalog.json");
  writeFileSync(catalog, "{ oh");
  await clock.moveTo("2026-11-24T06:07:30Z");
  writeFileSync(catalog, JSON.stringify({ schedules: [{ ...draft, id: "x", activeSince: "2026-11-24" }] }));
  // What came with the catalog, as by git, does not run because of that.
  await clock.moveTo("2026-11-24T06:08:30Z");
  expect(readSchedules(root)).toMatchObject([{ id: "x", paused: true }]);
  expect(schedulesOffHere(root)).toEqual(["x"]);
  await setPaused(root, "x", false, new Date(clock.now()));
  expect(schedulesOffHere(root)).toEqual([]);
  await clock.moveTo("2026-11-24T06:09:30Z");
  await scheduler.stop();
  expect(due("fired")).toEqual(["06:01:00", "06:04:00", "06:09:00"]);
  const problems = events.filter(({ kind }) => kind === "problem");
  expect(problems).toEqual([
    { kind: "problem", schedule: null, run: null, message: expect.stringContaining(`Cannot read ${catalog}: `) },
  ]);
});
