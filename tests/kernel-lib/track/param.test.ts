import { afterEach, expect, expectTypeOf, test } from "vitest";
import { metric } from "../../../kernel-lib/src/track/metric.js";
import { param } from "../../../kernel-lib/src/track/param.js";
import { traceOf } from "./support.js";

afterEach(() => {
  delete process.env["TAGLINE_PARAMS"];
});

test("param() gives the value of this run, else TAGLINE_PARAMS, else the default", async () => {
  process.env["TAGLINE_PARAMS"] = '{"rate": 0.5, "units": 8}';
  const values: unknown[] = [];
  const trace = await traceOf(
    () => {
      values.push(
        param("units", 16, { min: 1, max: 64, description: "width" }),
        param("rate", 0.1),
        param("name", "adam", { choices: ["adam", "sgd"] }),
      );
    },
    { params: { units: 32 } },
  );
  expect(values).toEqual([32, 0.5, "adam"]);
  expect(trace.params).toEqual([
    { name: "units", value: 32, default: 16, min: 1, max: 64, description: "width" },
    { name: "rate", value: 0.5, default: 0.1 },
    { name: "name", value: "adam", default: "adam", choices: ["adam", "sgd"] },
  ]);
});

const wrong: readonly [given: unknown, fallback: unknown, options: object, message: string][] = [
  ["many", 16, {}, 'Cannot set parameter "p" to "many": it must be a number, like its default 16'],
  [128, 16, { min: 1, max: 64 }, 'Cannot set parameter "p" to 128: it must be between 1 and 64'],
  [0, 16, { min: 1 }, 'Cannot set parameter "p" to 0: it must be at least 1'],
  [9, 8, { choices: [8, 16] }, 'Cannot set parameter "p" to 9: it must be one of 8, 16'],
  [1, true, {}, 'Cannot set parameter "p" to 1: it must be true or false, like its default true'],
  ["a", ["a"], {}, 'Cannot set parameter "p" to "a": it must be a list, like its default ["a"]'],
  [null, "a", {}, 'Cannot set parameter "p" to null: it must be text, like its default "a"'],
];

test.each(wrong)("param() says what is allowed: %j for %j", async (given, fallback, options, message) => {
  await traceOf(() => expect(() => param("p", fallback as number, options)).toThrow(message), { params: { p: given } });
});

test("param() checks its own default too", () => {
  expect(() => param("units", 100, { max: 64 })).toThrow('Cannot set parameter "units" to 100: it must be at most 64');
});

test("param() and metric() work outside of any cell", () => {
  expect(param("units", 16)).toBe(16);
  expect(metric("accuracy", 0.5)).toBe(0.5);
});

test("param() has friendly types", () => {
  expectTypeOf(param("units", 16)).toEqualTypeOf<number>();
  expectTypeOf(param("units", 16, { choices: [8, 16, 32] })).toEqualTypeOf<number>();
  expectTypeOf(param("units", 16, { choices: [8, 16, 32] as const })).toEqualTypeOf<8 | 16 | 32>();
  expectTypeOf(param("optimizer", "adam", { choices: ["adam", "sgd"] })).toEqualTypeOf<"adam" | "sgd">();
  expectTypeOf(param("verbose", false)).toEqualTypeOf<boolean>();
  expectTypeOf(param("layers", [8, 8])).toEqualTypeOf<number[]>();
});

test("metric() records in order and refuses what is no finite number", async () => {
  const news: unknown[] = [];
  const trace = await traceOf(
    () => {
      metric("loss", 2, { step: 1 });
      metric("loss", 1, { step: 2 });
      expect(() => metric("loss", Number.NaN)).toThrow('Cannot record metric "loss": NaN is not a finite number');
      expect(() => metric("loss", "1" as unknown as number)).toThrow(
        'Cannot record metric "loss": "1" is not a number',
      );
    },
    { onNews: (item) => news.push(item.kind) },
  );
  expect(trace.metrics.map(({ name, value, step }) => [name, value, step])).toEqual([
    ["loss", 2, 1],
    ["loss", 1, 2],
  ]);
  expect(news).toEqual(["metric", "metric"]);
});

test("a param that is a list is noted as it was when the cell asked for it", async () => {
  const trace = await traceOf(() => {
    const layers = param("layers", [8, 4]) as number[];
    layers.push(2);
  });
  expect(trace.params).toEqual([{ name: "layers", value: [8, 4], default: [8, 4] }]);
});

test("param() gives a Date where the default is one, and the log has it as text", async () => {
  expectTypeOf(param("since", new Date(0))).toEqualTypeOf<Date>();
  const trace = await traceOf(
    () => {
      expect(param("since", new Date("2024-01-01"))).toEqual(new Date("2024-06-30"));
      expect(param("until", "2024-12-31", { format: "date" })).toBe("2024-12-31");
      expect(() => param("day", "2023-02-29", { format: "date" })).toThrow("it must be a date like 2024-12-31");
    },
    { params: { since: "2024-06-30" } },
  );
  expect(trace.params).toEqual([
    { name: "since", value: "2024-06-30", default: "2024-01-01T00:00:00.000Z" },
    { name: "until", value: "2024-12-31", default: "2024-12-31" },
  ]);
});
