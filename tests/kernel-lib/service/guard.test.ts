import { expect, test } from "vitest";
import { guardChange } from "../../../kernel-lib/src/service/guard.js";

const good = { "x-tagline": "1", "content-type": "application/json", host: "127.0.0.1:8888" };
const code = (headers: Record<string, string>): string => {
  try {
    guardChange(headers);
    return "passed";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test("guardChange() lets Jupyter's own page pass", () => {
  expect(code(good)).toBe("passed");
  expect(
    code({
      ...good,
      "content-type": "application/json; charset=utf-8",
      origin: "http://127.0.0.1:8888",
      "sec-fetch-site": "same-origin",
    }),
  ).toBe("passed");
});

test("guardChange() lets pass an origin that a proxy before Jupyter was asked for", () => {
  expect(
    code({ ...good, host: "jupyter:8888", origin: "https://hub.example.org", "x-forwarded-host": "hub.example.org" }),
  ).toBe("passed");
});

test.each([
  ["no header", { ...good, "x-tagline": "" }, "header-missing"],
  ["a form", { ...good, "content-type": "text/plain" }, "not-json"],
  ["another site", { ...good, "sec-fetch-site": "cross-site" }, "not-same-origin"],
  ["a subdomain", { ...good, "sec-fetch-site": "same-site" }, "not-same-origin"],
  ["another origin", { ...good, origin: "https://evil.example" }, "not-same-origin"],
  ["another port", { ...good, origin: "http://127.0.0.1:9999" }, "not-same-origin"],
  ["a sandboxed page", { ...good, origin: "null" }, "not-same-origin"],
])("guardChange() refuses %s", (_name, headers, expected) => {
  expect(code(headers as Record<string, string>)).toBe(expected);
});
