import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { prepareProject } from "../../../kernel-lib/src/lineage/project.js";
import { addSchedule, findSchedule, readSchedules, scheduleStates } from "../../../kernel-lib/src/schedule/index.js";
import { temporaryFolder } from "./support.js";

const now = new Date("2026-11-24T06:00:30Z");
const draft = { notebook: "a/My Notebook.ipynb", cron: "0 6 * * *", timeZone: "Europe/Berlin", params: {} };

test("addSchedule() writes a small readable catalog and keeps what else is in it", async () => {
  const root = temporaryFolder();
  const { catalog } = prepareProject(root);
  writeFileSync(catalog, JSON.stringify({ rules: [1] }));
  await addSchedule(root, draft, now);
  const entry = { id: "my-notebook", ...draft, paused: false, activeSince: now.toISOString() };
  expect(readFileSync(catalog, "utf8")).toBe(JSON.stringify({ rules: [1], schedules: [entry] }, null, 2));
});

test("addSchedule() loses nothing when many add at once, and finds a new id for each", async () => {
  const root = temporaryFolder();
  await Promise.all(Array.from({ length: 20 }, () => addSchedule(root, draft, now)));
  const ids = readSchedules(root).map(({ id }) => id);
  expect(new Set(ids).size).toBe(20);
  expect(ids.slice(0, 2)).toEqual(["my-notebook", "my-notebook-2"]);
});

test("addSchedule() passes over the lock of a process that died", async () => {
  const root = temporaryFolder();
  const { claims } = prepareProject(root);
  mkdirSync(claims, { recursive: true });
  const lock = join(claims, "catalog.lock");
  writeFileSync(lock, "1");
  utimesSync(lock, new Date(0), new Date(0));
  expect((await addSchedule(root, draft, now)).id).toBe("my-notebook");
});

test.each([
  ['{"schedules": 3}', '"schedules" must be a list'],
  ['{"schedules": [{"id": "x"}]}', 'schedule 1 in CATALOG: "activeSince" must be a text'],
  ["[]", "it is JSON but no object"],
])("readSchedules() says what is wrong with %j", (text, sentence) => {
  const root = temporaryFolder();
  const { catalog } = prepareProject(root);
  writeFileSync(catalog, text);
  expect(() => readSchedules(root)).toThrow(sentence.replace("CATALOG", catalog));
});

test("findSchedule() names one that is near", async () => {
  const root = temporaryFolder();
  expect(() => findSchedule(root, "x")).toThrow("Cannot find schedule x: this project has no schedules.");
  await addSchedule(root, draft, now);
  expect(() => findSchedule(root, "my-notebok")).toThrow("did you mean my-notebook?");
});

test("scheduleStates() tells the next moment, the last one that fired, and those missed since", async () => {
  const root = temporaryFolder();
  const schedule = await addSchedule(root, { ...draft, cron: "0 * * * *" }, now);
  const log = openLog(root);
  const at = (hour: number): string => `2026-11-24T${String(hour).padStart(2, "0")}:00:00.000Z`;
  log.append(
    [9, 7].map(
      (hour) =>
        ({ kind: "schedule.fired", schedule: schedule.id, due: at(hour), at: at(hour), run: `R${hour}` }) as const,
    ),
  );
  await log.close();
  expect(scheduleStates(root, [schedule], new Date("2026-11-24T11:00:01Z"))).toEqual([
    {
      schedule,
      next: at(12),
      last: { due: at(9), run: "R9", status: null },
      missed: { count: 2, newest: at(10) },
    },
  ]);
  expect(scheduleStates(root, [{ ...schedule, paused: true }], now)).toMatchObject([
    { next: null, missed: { count: 0, newest: null } },
  ]);
});
