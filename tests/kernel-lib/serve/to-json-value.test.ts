import * as tf from "@tensorflow/tfjs";
import { table } from "arquero";
import { expect, test } from "vitest";
import { toJsonValue } from "../../../kernel-lib/src/serve/to-json-value.js";

test("toJsonValue() makes plain JSON of what a prediction may hold", async () => {
  class Point {
    readonly x = 1;
    readonly hidden = undefined;
  }
  const shared = { a: 1 };
  const value = {
    when: new Date("2026-01-02T03:04:05Z"),
    bytes: new Float32Array([0.5, 1]),
    names: new Set(["a"]),
    odds: new Map([["Adelie", 0.5]]),
    big: [12n, 2n ** 60n],
    point: new Point(),
    twice: [shared, shared],
    matrix: tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
    one: tf.scalar(7),
    empty: tf.zeros([2, 0]),
    rows: table({ x: [1, 2] }),
    odd: [Number.NaN, Number.POSITIVE_INFINITY, -0],
    skipped: undefined,
    method: () => 1,
  };
  expect(JSON.parse(JSON.stringify(await toJsonValue(value)))).toEqual({
    when: "2026-01-02T03:04:05.000Z",
    bytes: [0.5, 1],
    names: ["a"],
    odds: { Adelie: 0.5 },
    big: [12, "1152921504606846976"],
    point: { x: 1 },
    twice: [{ a: 1 }, { a: 1 }],
    matrix: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    one: 7,
    empty: [[], []],
    rows: [{ x: 1 }, { x: 2 }],
    odd: [null, null, 0],
  });
  expect(await toJsonValue(undefined)).toBe(null);
});

test("toJsonValue() says what cannot be sent, and where", async () => {
  const circular: Record<string, unknown> = { name: "x" };
  circular["self"] = [circular];
  await expect(toJsonValue(circular)).rejects.toThrow('Cannot send the prediction: "self[0]" contains itself');
  await expect(toJsonValue(() => 1)).rejects.toThrow("Cannot send the prediction: it is a function");
  const schema = { type: "array", items: { type: "number" } } as const;
  await expect(toJsonValue([1, Number.NaN], schema)).rejects.toThrow('"[1]" is NaN, which JSON cannot hold');
});
