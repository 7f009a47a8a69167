import { expect, test } from "vitest";
import { cronWords } from "../../jupyter-extension/src/model/cron-words.js";
import { tellPValue } from "../../jupyter-extension/src/model/tell-p-value.js";
import { tellAgo, tellMoment, tellUntil } from "../../jupyter-extension/src/model/tell-time.js";
import { tellModels } from "../../jupyter-extension/src/status/tell-models.js";

test.each([
  ["* * * * *", "every minute"],
  ["*/15 * * * *", "every 15 minutes"],
  ["0 * * * *", "every hour"],
  ["30 */6 * * *", "every 6 hours, at minute 30"],
  ["0 6 * * *", "every day at 06:00"],
  [" 5 6,18 * * * ", "every day at 06:05 and 18:05"],
  ["0 6 * * 1-5", "every weekday at 06:00"],
  ["0 6 * * MON,wed,5", "every Monday, Wednesday and Friday at 06:00"],
  ["0 6 * * 7", "every Sunday at 06:00"],
  ["0 6 * * 0,6", "Saturdays and Sundays at 06:00"],
  ["0 6 1 * *", "on day 1 of every month at 06:00"],
  ["0 6 24 12 *", "every 24 December at 06:00"],
  ["*/5 * * * 1-5", "every 5 minutes, every weekday"],
  ["@daily", "every day at 00:00"],
])("cronWords() says %s as %s", (expression, words) => {
  expect(cronWords(expression)).toBe(words);
});

test.each([
  "*/7 * * * *",
  "0 6 1 * 1",
  "61 * * * *",
  "0 24 * * *",
  "0 6 0 * *",
  "0 6 L * *",
  "0 0 6 * * *",
  "",
  "@never",
])("cronWords() says nothing of %s rather than something wrong", (expression) => {
  expect(cronWords(expression)).toBe(null);
});

test("moments are told in the reader's own day", () => {
  const now = new Date(2026, 10, 24, 14, 30).getTime();
  const at = (...date: [number, number, number, number?]) => new Date(2026, 10, ...date).toISOString();
  expect(tellMoment(at(24, 15, 5), now)).toBe("15:05");
  expect(tellMoment(at(25, 6, 0), now)).toBe("tomorrow 06:00");
  expect(tellMoment(at(23, 23, 59), now)).toBe("yesterday 23:59");
  expect(tellMoment(at(27, 6, 0), now)).toMatch(/^Fri 06:00$/);
  expect(tellMoment("nonsense", now)).toBe("nonsense");
  expect(tellUntil(at(24, 14, 30, 20), now)).toBe("in less than a minute");
  expect(tellUntil(at(24, 14, 35), now)).toBe("in 5 min");
  expect(tellUntil(at(24, 17, 30), now)).toBe("in 3 h");
  expect(tellUntil(at(24, 14, 29), now)).toBe("now");
  expect(tellUntil(at(26, 14, 30), now)).toBe("");
  expect(tellAgo(at(24, 14, 20), now)).toBe("10 min ago");
});

test("tellPValue() is as precise as it says something", () => {
  expect([0, 0.0009, 0.0123, 0.0999, 0.456, 1].map(tellPValue)).toEqual([
    "<0.001",
    "<0.001",
    "0.012",
    "0.1",
    "0.46",
    "1",
  ]);
});

test("tellModels() tells what is in production, and what is wrong", () => {
  const alias = (number: number) => ({
    alias: "production",
    number,
    before: null,
    movedAt: "",
    author: "",
    reason: null,
  });
  const model = (name: string, number: number | null, drifted: boolean) => ({
    model: name,
    versions: [],
    aliases: number === null ? [] : [alias(number)],
    drift: { at: "", number: 1, current: "", rows: 1, drifted, features: [] },
    suggestedCurrent: null,
  });
  expect(tellModels(null)).toEqual([]);
  expect(tellModels({ models: [model("a", null, false)], deployments: [] })).toEqual([]);
  expect(tellModels({ models: [model("a", 7, true)], deployments: [] })).toEqual([
    { text: "a v7 in production", tone: "ok" },
    { text: "a drifted", tone: "warning" },
  ]);
  expect(tellModels({ models: [model("a", 7, true), model("b", 1, true)], deployments: [] })).toEqual([
    { text: "2 models in production", tone: "ok" },
    { text: "2 models drifted", tone: "warning" },
  ]);
});
