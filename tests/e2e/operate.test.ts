import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { newFolder, sharedLab } from "./support/lab.js";
import { type OpenedPage, openPage } from "./support/page.js";

/*
 * The whole loop as a person walks it in the page: a run makes a version, which is promoted, deployed and asked; a schedule
 * fires; the data drifts; a report is read. The tests follow each other on one page.
 */
const lab = sharedLab();
let opened: OpenedPage;
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = newFolder(lab.rootDir);
  mkdirSync(join(folder, ".tagline"));
  for (const name of ["penguins.ipynb", "data"])
    cpSync(join(checkout.root, "notebooks", name), join(folder, name), { recursive: true });
  const birds: Record<string, unknown>[] = JSON.parse(readFileSync(join(folder, "data/penguins.json"), "utf8"));
  const heavier = birds.map((bird) => {
    const mass = bird["Body Mass (g)"];
    return { ...bird, "Body Mass (g)": typeof mass === "number" ? mass * 1.3 : mass };
  });
  writeFileSync(join(folder, "data/heavier.json"), JSON.stringify(heavier));
  opened = await openPage(lab, `${basename(folder)}/penguins.ipynb`);
  page = opened.page;
  await page.locator('.tagline-Node[data-step="evaluate"]').waitFor({ timeout: 60_000 });
}, 120_000);
afterAll(async () => {
  await opened?.close();
});

const tab = (name: string): Promise<void> => page.getByRole("tab", { name, exact: true }).click();
const form = (): Locator => page.locator(".tagline-Form");
const send = (verb: string): Promise<void> => form().locator(`[data-command="${verb}"]`).click();

test("empty tabs say what to do next", async () => {
  await tab("Models");
  expect(await page.locator('[data-empty="no-models"]').innerText()).toContain("model(");
  await tab("Schedules");
  expect(await page.locator('[data-empty="no-schedules"]').innerText()).toContain("npx tagline schedule add");
});

test("a schedule is previewed while it is typed, refused in words where it is wrong, and added", async () => {
  await page.getByRole("button", { name: "Schedule this notebook…" }).click();
  const cron = page.getByLabel("cron");
  await cron.fill("61 * * * *");
  await expect.poll(() => page.locator('[data-preview="problem"]').innerText()).toContain("61 * * * *");
  await cron.fill("* * * * *");
  await expect.poll(() => page.locator('[data-preview="ok"]').innerText()).toMatch(/^Every minute\. Next: \d\d:\d\d/);
  await form().getByText("Parameters of its runs").click();
  await form().getByLabel("epochs").fill("5");
  await send("add");
  const row = page.locator("[data-schedule]");
  await row.waitFor();
  expect(await row.innerText()).toMatch(/every minute · \* \* \* \* \*[\s\S]*epochs = 5/);
});

test("the schedule fires within 70 s while the page looks on, and its run can be opened", async () => {
  const last = page.locator("[data-schedule] .tagline-RunStatus");
  await expect.poll(() => last.allInnerTexts(), { timeout: 70_000 }).toHaveLength(1);
  await expect.poll(() => last.getAttribute("data-status"), { timeout: 60_000 }).toBe("succeeded");
  await page.getByRole("button", { name: /^Pause / }).click();
  await page.locator('[data-schedule][data-paused="true"]').waitFor();
  const link = page.locator("[data-schedule] .tagline-RunLink").first();
  const run = await link.getAttribute("data-run");
  await link.click();
  await page.locator(`.tagline-Runs li[data-run="${run}"] .tagline-Run-detail`).waitFor();
  expect(await page.locator(`.tagline-Runs li[data-run="${run}"]`).innerText()).toContain("epochs = 5");
}, 150_000);

test("a run of the page makes a second version; promoting one keeps the reason", async () => {
  await tab("Pipeline");
  await page.locator('[data-action="run"]:enabled').click();
  await page.locator('.tagline-RunLine[data-run-status="succeeded"]').waitFor({ timeout: 120_000 });
  await tab("Models");
  await page.locator('[data-version="2"]').waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: "Promote version 1 of penguins…" }).click();
  await form().getByLabel("reason").fill("good enough to begin with");
  await send("promote");
  const alias = page.locator('[data-alias="production"][data-number="1"]');
  await alias.waitFor();
  expect(await alias.innerText()).toContain("good enough to begin with");
}, 150_000);

test("a deployment answers at its address, and follows production when that moves and is rolled back", async () => {
  await page.getByRole("button", { name: "Deploy penguins…" }).click();
  await send("deploy");
  const row = page.locator("[data-deployment]");
  await page.locator('[data-deployment][data-status="serving"]').waitFor({ timeout: 60_000 });
  const url = await row.locator("[data-url]").innerText();
  const ask = async (body: unknown): Promise<{ status: number; answer: Record<string, unknown> }> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, answer: await response.json() };
  };
  const [bird] = JSON.parse(readFileSync(join(folder, "data/penguins.json"), "utf8"));
  expect(await ask(bird)).toMatchObject({
    status: 200,
    answer: { species: expect.stringMatching(/Adelie|Chinstrap|Gentoo/) },
  });
  expect(await ask({ ...bird, "Body Mass (g)": "heavy" })).toMatchObject({
    status: 422,
    answer: { error: { code: "invalid_row", field: "Body Mass (g)" } },
  });
  await expect.poll(() => row.innerText(), { timeout: 20_000 }).toContain("2 requests · 1 refused");

  await page.getByRole("button", { name: "Promote version 2 of penguins…" }).click();
  await send("promote");
  await expect.poll(() => row.innerText(), { timeout: 60_000 }).toContain("v2, follows production");
  await page.getByRole("button", { name: "Roll production of penguins back to version 1…" }).click();
  await send("rollback");
  await expect.poll(() => row.innerText(), { timeout: 60_000 }).toContain("v1, follows production");
  expect((await ask(bird)).status).toBe(200);
}, 200_000);

test("the data itself has not drifted; heavier birds have", async () => {
  const check = async (file: string): Promise<void> => {
    await page.getByRole("button", { name: "Check a file against penguins…" }).click();
    await form()
      .locator("input")
      .first()
      .fill(`${basename(folder)}/data/${file}`);
    await form().locator("[data-command]").click();
  };
  await check("penguins.json");
  await page.locator('.tagline-Drift[data-drifted="false"]').waitFor({ timeout: 30_000 });
  await check("heavier.json");
  const drift = page.locator('.tagline-Drift[data-drifted="true"]');
  await drift.waitFor({ timeout: 30_000 });
  expect(
    await drift
      .locator('[data-feature][data-drifted="true"]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-feature"))),
  ).toEqual(["Body Mass (g)"]);
  await check("nothing.json");
  await expect.poll(() => page.locator(".tagline-Trouble").innerText()).toContain("nothing.json");
  await page.keyboard.press("Escape");
}, 90_000);

test("a run's report opens beside the notebook", async () => {
  await tab("Runs");
  await page.locator(".tagline-Run").first().click();
  await page.getByRole("button", { name: /^Write and open a report of run / }).click();
  const report = page.frameLocator(".jp-HTMLViewer iframe");
  await expect.poll(() => report.locator("h1").innerText(), { timeout: 60_000 }).toBe("Which penguin is it?");
}, 90_000);

test("what was made can be stopped and removed", async () => {
  await tab("Models");
  await page.getByRole("button", { name: "Stop penguins" }).click();
  await page.locator('[data-deployment][data-status="stopped"]').waitFor({ timeout: 30_000 });
  await page.locator('[data-deployment] [data-action="remove"]').click();
  await send("remove");
  await page.locator("[data-deployment]").waitFor({ state: "detached" });
  await tab("Schedules");
  await page.locator('[data-schedule] [data-action="remove"]').click();
  await send("remove");
  await page.locator('[data-empty="no-schedules"]').waitFor();
}, 60_000);
