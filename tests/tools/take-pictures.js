/*
 * Takes the README's pictures anew, from the real page: `node tests/tools/take-pictures.js`. Everything in them happened:
 * the notebook ran, the model was promoted, deployed and asked, the drift was checked.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { startJupyterServer } from "../../kernel-lib/src/lab/jupyter-server.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { prepare } from "../../kernel-lib/src/lab/prepare.js";
import { createProgress } from "../../kernel-lib/src/lab/progress.js";
import { findChromium } from "./find-chromium.js";

const PORT = 8899;
const SIZE = { width: 1440, height: 900 };
const images = join(checkout.extension, "images");
const scratch = mkdtempSync(join(tmpdir(), "tagline-pictures-"));
const rootDir = join(scratch, "project");
const { signal } = new AbortController();

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
async function take(page, name) {
  // No toast lies over the page; nothing blinks.
  await page.addStyleTag({ content: ".Toastify { display: none } * { caret-color: transparent !important }" });
  await page.mouse.move(800, 12);
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(images, `${name}.png`) });
}

/** @param {import("playwright-core").Page} page */
async function walk(page) {
  await page.locator('.tagline-Node[data-step="evaluate"]').waitFor({ timeout: 60_000 });
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").waitFor({ timeout: 120_000 });
  await page.locator('[data-action="run"]:enabled').click();
  await page.locator('.tagline-RunLine[data-run-status="succeeded"]').waitFor({ timeout: 120_000 });
}

/** @param {import("playwright-core").Page} page */
async function operate(page) {
  const send = (/** @type {string} */ verb) => page.locator(`.tagline-Form [data-command="${verb}"]`).click();
  await page.getByRole("tab", { name: "Models" }).click();
  await page.getByRole("button", { name: /^Promote version 1 of/ }).click();
  await page.getByLabel("reason").fill("98.8 % on birds that it has not seen");
  await send("promote");
  await page.locator('[data-alias="production"]').waitFor();
  await page.getByRole("button", { name: "Deploy penguins…" }).click();
  await send("deploy");
  await page.locator('[data-deployment][data-status="serving"]').waitFor({ timeout: 60_000 });
  const url = await page.locator("[data-url]").innerText();
  const birds = JSON.parse(readFileSync(join(rootDir, "data/penguins.json"), "utf8"));
  for (const bird of birds.slice(0, 40))
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(bird) });
  await page.getByRole("button", { name: /^Check a file/ }).click();
  await page.locator(".tagline-Form input").first().fill("data/heavier.json");
  await page.locator(".tagline-Form [data-command]").click();
  await page.locator('.tagline-Drift[data-drifted="true"]').waitFor({ timeout: 30_000 });
  await page.getByText(/40 requests/).waitFor({ timeout: 20_000 });
}

/** @param {boolean} dark */
function choose(dark) {
  const folder = join(scratch, "settings", "@jupyterlab", "apputils-extension");
  mkdirSync(folder, { recursive: true });
  const theme = dark ? "JupyterLab Dark" : "JupyterLab Light";
  writeFileSync(join(folder, "themes.jupyterlab-settings"), JSON.stringify({ theme }));
}

const executablePath = findChromium();
if (executablePath === null) throw new Error("Cannot take pictures: there is no Chromium on the PATH");
await prepare({ places: checkout, retry: "the same command", signal }, createProgress(process.stderr));
mkdirSync(join(rootDir, ".tagline"), { recursive: true });
for (const name of ["penguins.ipynb", "data"])
  cpSync(join(checkout.root, "notebooks", name), join(rootDir, name), { recursive: true });
// Pictures are for everybody: no person's name in them.
await promisify(execFile)("git", ["init", "--quiet", rootDir]);
for (const [key, value] of [
  ["user.name", "Ada"],
  ["user.email", "ada@example.org"],
])
  await promisify(execFile)("git", ["-C", rootDir, "config", key ?? "", value ?? ""]);
const birds = JSON.parse(readFileSync(join(rootDir, "data/penguins.json"), "utf8"));
const heavier = birds.map((/** @type {Record<string, unknown>} */ bird) => ({
  ...bird,
  "Body Mass (g)": Number(bird["Body Mass (g)"]) * 1.3,
}));
writeFileSync(join(rootDir, "data/heavier.json"), JSON.stringify(heavier));
process.env["JUPYTERLAB_SETTINGS_DIR"] = join(scratch, "settings");
const server = await startJupyterServer({ places: checkout, port: PORT, token: "pictures", rootDir }, signal);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  for (const dark of [false, true]) {
    choose(dark);
    const page = await browser.newPage({ viewport: SIZE });
    const name = dark ? "dark" : "light";
    await page.goto(`${server.origin}/lab/workspaces/${name}/tree/penguins.ipynb?token=pictures`);
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
    await page.keyboard.press("Control+b");
    if (dark) await page.getByRole("tab", { name: "Pipeline" }).click();
    if (dark) await page.locator('[data-action="run"]:enabled').click();
    else await walk(page);
    await page.locator('.tagline-RunLine[data-run-status="succeeded"]').waitFor({ timeout: 120_000 });
    await page.locator('.tagline-Node[data-step="train"]').click();
    await take(page, `penguins-${name}`);
    await page.getByRole("tab", { name: "Models" }).click();
    if (!dark) await operate(page);
    await page.locator('.tagline-Drift[data-drifted="true"]').waitFor({ timeout: 30_000 });
    await take(page, `models-${name}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 8 });
}
