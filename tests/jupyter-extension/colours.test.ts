import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { STEP_COLOURS, stepColours } from "../../jupyter-extension/src/model/step-colours.js";

const css = readFileSync(new URL("../../jupyter-extension/style/colours.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split('body[data-jp-theme-light="false"]');
const colours = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(--tagline-[\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? "", match[2] ?? ""]),
  );

/** WCAG 2 relative luminance and contrast. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

// JupyterLab's layout colours 0 and 1, and its cells' background.
test.each([
  ["light", light, ["#ffffff", "#f5f5f5"]],
  ["dark", dark, ["#111111", "#212121"]],
] as const)("every colour can be read as text in the %s theme", (_theme, text, backgrounds) => {
  const poor = Object.entries(colours(text)).flatMap(([name, colour]) =>
    backgrounds
      .filter((background) => contrast(colour, background) < 4.5)
      .map((background) => `${name} on ${background}`),
  );
  expect(poor).toEqual([]);
});

test("both themes have all colours", () => {
  expect(Object.keys(colours(dark))).toEqual(Object.keys(colours(light)));
  expect(Object.keys(colours(light)).filter((name) => /step-\d+$/.test(name))).toHaveLength(STEP_COLOURS);
});

test("stepColours() goes by the order of the steps, round and round", () => {
  const names = Array.from({ length: STEP_COLOURS + 1 }, (_, i) => `s${i}`);
  const found = stepColours(names);
  expect([found.get("s0"), found.get("s1"), found.get(`s${STEP_COLOURS}`)]).toEqual([
    "var(--tagline-step-0)",
    "var(--tagline-step-1)",
    "var(--tagline-step-0)",
  ]);
});
