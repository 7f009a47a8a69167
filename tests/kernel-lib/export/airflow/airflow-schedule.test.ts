import { expect, test } from "vitest";
import { actionsSchedules } from "../../../../kernel-lib/src/export/actions/actions-schedules.js";
import { airflowSchedule } from "../../../../kernel-lib/src/export/airflow/airflow-schedule.js";

const schedule = (cron: string, more: object = {}) => ({
  id: "s",
  cron,
  timeZone: "UTC",
  paused: false,
  params: {},
  ...more,
});

test.each([
  ["30 6 * * MON-FRI", "30 6 * * MON-FRI"],
  ["0 30 6 1,15 * *", "30 6 1,15 * *"],
  ["@daily", "0 0 * * *"],
  ["0 0 * * 5#2", "0 0 * * 5#2"],
  ["15 30 6 * * *", null],
  ["0 0 15W * *", null],
  ["@reboot", null],
])("airflowSchedule() has %s as %s", (cron, own) => {
  const { schedule: chosen, problems } = airflowSchedule([schedule(cron)]);
  expect(chosen?.cron ?? null).toBe(own);
  expect(problems).toHaveLength(own === null ? 1 : 0);
});

test("airflowSchedule() takes the first of several and says so of the others", () => {
  const { schedule: chosen, problems } = airflowSchedule([schedule("@hourly"), schedule("@daily", { id: "other" })]);
  expect(chosen?.cron).toBe("0 * * * *");
  expect(problems).toEqual([expect.stringContaining("Schedule other (@daily) is not in the DAG")]);
});

test("actionsSchedules() has what is in UTC and asks for nothing else, and says why it lacks the rest", () => {
  const { crons, problems } = actionsSchedules([
    schedule("0 6 * * *"),
    schedule("0 6 * * *", { timeZone: "Europe/Berlin" }),
    schedule("0 7 * * *", { paused: true }),
    schedule("0 8 * * *", { params: { size: "2" } }),
    schedule("1 0 8 * * *"),
  ]);
  expect(crons).toEqual(["0 6 * * *"]);
  expect(problems).toEqual([
    expect.stringContaining("this one in Europe/Berlin"),
    expect.stringContaining("it is paused"),
    expect.stringContaining("it gives values for size"),
    expect.stringContaining("five fields"),
  ]);
});
