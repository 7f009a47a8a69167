import { expect, test } from "vitest";
import { canonicalJson, staticKey } from "../../../../kernel-lib/src/pipeline/run/static-key.js";

test("staticKey() does not depend on the order of names, and depends on everything else", () => {
  const identity = { code: "c", inputs: { a: "1", b: "2" }, params: { x: [1, { y: 2 }] }, environment: { node: "20" } };
  const key = staticKey(identity);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(staticKey({ ...identity, inputs: { b: "2", a: "1" } })).toBe(key);
  expect(staticKey({ ...identity, params: { x: [1, { y: 3 }] } })).not.toBe(key);
  expect(staticKey({ ...identity, environment: { node: "22" } })).not.toBe(key);
});

test("canonicalJson() tells numbers apart that JSON confuses", () => {
  expect(canonicalJson([0, -0, Number.NaN, Number.POSITIVE_INFINITY, null, "#NaN"])).toBe(
    '[0,-0,"#NaN","#Infinity",null,"#NaN"]',
  );
});
