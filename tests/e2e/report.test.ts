import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { newFolder } from "./support/lab.js";
import { launchChromium } from "./support/page.js";

const bin = join(checkout.root, "kernel-lib", "bin", "tagline.js");
const tagline = (cwd: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [bin, ...args], { cwd, env: { ...process.env, TAGLINE_PROJECT: cwd } });

let browser: Browser;
let project: string;
beforeAll(async () => {
  browser = await launchChromium();
  project = newFolder();
  mkdirSync(join(project, "notebooks"));
  for (const name of ["penguins.ipynb", "flights.ipynb", "data"])
    cpSync(join(checkout.root, "notebooks", name), join(project, "notebooks", name), { recursive: true });
});
afterAll(() => browser?.close());

test.each([
  { name: "penguins", title: "Which penguin is it?", metric: "accuracy", charts: 2 },
  { name: "flights", title: /delay|late/i, metric: "mae", charts: 2 },
])("the report of $name opens from a file, without the network and without an error", async (expected) => {
  const { name, title, metric, charts } = expected;
  const notebook = join("notebooks", `${name}.ipynb`);
  await tagline(project, "run", notebook, "--json");
  const out = join(project, `${name}.html`);
  const { stdout } = await tagline(project, "report", "latest", "-o", out, "--json");
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ notebook: `notebooks/${name}.ipynb`, status: "succeeded", out, warnings: [] });
  expect(statSync(out).size).toBeLessThan(5_000_000);
  expect(readFileSync(out, "utf8")).not.toMatch(/<script|\son\w+=|<link|<iframe/i);

  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ colorScheme, offline: true });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => !/^(?:file|data):/.test(request.url()) && problems.push(request.url()));
    await page.goto(pathToFileURL(out).href);
    expect(await page.title()).toMatch(title);
    await expect.poll(() => page.locator("h1").innerText()).toMatch(title);
    expect(await page.locator(".figures dt").allInnerTexts()).toContain(metric);
    expect(await page.locator("svg.chart").count()).toBe(charts);
    expect(await page.locator("#lineage .tree").first().innerText()).toMatch(
      /file notebooks\/data\/\S+\s+sha256 [0-9a-f]{12}/,
    );
    expect(await page.locator("#reproduce").innerText()).toContain(`npx tagline run notebooks/${name}.ipynb`);
    // The page never scrolls sideways; wide tables do so by themselves.
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    // By keyboard: the first stop skips to the report; a folded cell opens.
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the report");
    const folded = page.locator("#notebook details").first();
    await folded.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await folded.locator("pre").isVisible()).toBe(true);
    expect(problems).toEqual([]);
    await context.close();
  }
});
