import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { newFolder, sharedLab } from "./support/lab.js";
import { type OpenedPage, openPage } from "./support/page.js";

const lab = sharedLab();
let opened: OpenedPage | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

type CellText = readonly [tags: string, source: string, options?: object];

/** Opens a notebook of these code cells, in a folder of its own. */
async function open(cells: readonly CellText[], kernel = "tagline"): Promise<Page> {
  const folder = newFolder(lab.rootDir);
  // A project of its own: what other tests ran stays out of its log.
  mkdirSync(join(folder, ".tagline"));
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel, language: "typescript" } },
    cells: cells.map(([tags, source, options], index) => ({
      cell_type: "code",
      id: `c${index}`,
      metadata: {
        ...(tags === "" ? {} : { tags: tags.split(" ") }),
        ...(options === undefined ? {} : { tagline: options }),
      },
      source,
      outputs: [],
      execution_count: null,
    })),
  };
  writeFileSync(join(folder, "nb.ipynb"), JSON.stringify(notebook));
  opened = await openPage(lab, `${basename(folder)}/nb.ipynb`);
  return opened.page;
}

const node = (page: Page, step: string) => page.locator(`.tagline-Node[data-step="${step}"]`);
const cell = (page: Page, index: number) => page.locator(".jp-Notebook .jp-CodeCell").nth(index);

/** `load:done train:running`, from top to bottom of the plan. */
function states(page: Page): Promise<string> {
  return page
    .locator(".tagline-Node")
    .evaluateAll((nodes) =>
      nodes.map((found) => `${found.getAttribute("data-step")}:${found.getAttribute("data-state")}`).join(" "),
    );
}

async function runId(page: Page): Promise<string | null> {
  const line = page.locator(".tagline-RunLine[data-run]");
  return (await line.count()) === 0 ? null : line.getAttribute("data-run");
}

/** Presses Run, waits until that run is over, and resolves with the line that tells how. */
async function run(page: Page): Promise<string> {
  const before = await runId(page);
  await page.locator('[data-action="run"]:enabled').click();
  await expect.poll(() => runId(page), { timeout: 60_000 }).not.toBe(before);
  const line = page.locator(".tagline-RunLine[data-run]");
  await expect.poll(() => line.getAttribute("data-run-status"), { timeout: 90_000 }).not.toMatch(/running|starting/);
  return (await line.textContent()) ?? "";
}

/** Run All from the menu, until no cell waits; fails where a cell shows an error. */
async function runAll(page: Page): Promise<void> {
  // Without a kernel JupyterLab runs nothing, and says nothing.
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").waitFor({ timeout: 120_000 });
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  const prompts = () =>
    page
      .locator(".jp-CodeCell:has(.cm-line:not(:empty)) .jp-InputPrompt")
      .evaluateAll((all) => all.map((one) => one.textContent?.trim() ?? ""));
  await expect
    .poll(async () => (await prompts()).filter((text) => !/^\[\d+\]:$/.test(text)), { timeout: 120_000 })
    .toEqual([]);
  expect(await page.locator('[data-mime-type="application/vnd.jupyter.error"]').count()).toBe(0);
}

/** Puts the cursor at the end of a cell and types. */
async function typeInto(page: Page, index: number, text: string): Promise<void> {
  await cell(page, index).locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
}

const PENGUINS: readonly CellText[] = [
  ["parameters", 'import { metric, param } from "tagline";\nconst keep = param("keep", 5, { min: 1, max: 9 });'],
  ["step:load", "const raw: number[] = Array.from({ length: 10 }, (_, i) => i);"],
  ["step:clean", "const rows = raw.filter((value) => value < keep);"],
  ["", "rows.length"],
  ["step:evaluate", 'metric("kept", rows.length / raw.length);'],
];

test("the panel opens by itself, shows the steps of the notebook, and Run All ends without an error", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  expect(await states(page)).toBe("load:idle clean:idle evaluate:idle");
  // Types come after the names, the first time once TypeScript has read its libraries.
  await expect
    .poll(() => page.locator(".tagline-Edge title").allTextContents(), { timeout: 60_000 })
    .toContain("raw: number[]");
  expect(
    await page
      .locator(".jp-CodeCell")
      .evaluateAll((cells) => cells.map((one) => one.querySelector(".tagline-Pill")?.textContent)),
  ).toEqual(["parameters", "load", "clean", "+ step", "evaluate"]);

  await runAll(page);
  expect(await cell(page, 3).locator(".jp-OutputArea-output").textContent()).toContain("5");
  expect(opened?.errors).toEqual([]);
});

test("the penguins: Run All ends without an error, Run turns every node to done, a second Run to cached", async () => {
  const folder = newFolder(lab.rootDir);
  cpSync(fileURLToPath(new URL("../../notebooks", import.meta.url)), folder, {
    recursive: true,
    filter: (path) => !path.includes(".tagline"),
  });
  mkdirSync(join(folder, ".tagline"));
  opened = await openPage(lab, `${basename(folder)}/penguins.ipynb`);
  const { page } = opened;
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  const steps = ["load", "clean", "features", "split", "train", "evaluate", "model"];
  expect((await states(page)).split(" ").map((state) => state.split(":")[0])).toEqual(steps);
  await runAll(page);
  expect(await run(page)).toMatch(/^succeeded .*accuracy 0\.9[5-9]/);
  expect(await states(page)).toBe(steps.map((step) => `${step}:done`).join(" "));
  expect(await run(page)).toContain("all cached");
  expect(await states(page)).toBe(steps.map((step) => `${step}:cached`).join(" "));
});

test("Run turns every node to done, a second Run to cached, and both are listed with their numbers", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  expect(await run(page)).toMatch(/^succeeded .*kept 0\.5/);
  expect(await states(page)).toBe("load:done clean:done evaluate:done");
  expect(await node(page, "evaluate").textContent()).toContain("kept 0.5");
  expect(await run(page)).toContain("all cached");
  expect(await states(page)).toBe("load:cached clean:cached evaluate:cached");

  await page.getByRole("tab", { name: "Runs" }).click();
  await expect.poll(() => page.locator(".tagline-Runs li[data-status=succeeded]").count()).toBe(2);
  await page.locator(".tagline-Run").first().click();
  await page.locator(".tagline-Run-tools select").selectOption("kept");
  await page.locator(".tagline-Why li[data-kind=metric]").waitFor();
  await expect.poll(() => page.locator(".tagline-Why li[data-kind=cell]").count()).toBeGreaterThan(0);
});

test("after a reload the last run is shown, and a step edited since says so", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  await run(page);
  await page.reload();
  await expect.poll(() => states(page), { timeout: 60_000 }).toBe("load:done clean:done evaluate:done");
  expect(await page.locator(".tagline-Node[data-edited]").count()).toBe(0);
  await typeInto(page, 2, "\n// a comment is no change\n");
  await typeInto(page, 4, "\nmetric('twice', 2);");
  await page.locator('.tagline-Node[data-step="evaluate"][data-edited]').waitFor();
  await expect.poll(() => page.locator(".tagline-Node[data-edited]").count()).toBe(1);
});

test("a run of the command line is seen while it goes on", async () => {
  const page = await open([
    ["step:slow", "const done = await new Promise((resolve) => setTimeout(() => resolve(1), 4000));"],
    ["step:next", "const all = [done];"],
  ]);
  await node(page, "next").waitFor({ timeout: 60_000 });
  const path = await page.locator(".tagline-PanelView").getAttribute("data-notebook");
  const command = fileURLToPath(new URL("../../kernel-lib/bin/tagline.js", import.meta.url));
  const ended = promisify(execFile)(process.execPath, [command, "run", join(lab.rootDir, path ?? ""), "--json"]);
  await page.locator('.tagline-Node[data-step="slow"][data-state="running"]').waitFor({ timeout: 60_000 });
  const document = JSON.parse((await ended).stdout);
  expect(document.status).toBe("succeeded");
  await expect.poll(() => states(page), { timeout: 20_000 }).toBe("slow:done next:done");
  expect(await runId(page)).toBe(document.run);
});

test("a parameter set in the form is used by the next run, and only what it reaches runs again", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  await run(page);
  await page.locator('[data-action="params"]').click();
  const field = page.locator('[data-param="keep"] input');
  await field.fill("12");
  expect(await page.locator('[data-param="keep"] [role=alert]').textContent()).toBe("At most 9.");
  await field.fill("2");
  const line = await run(page);
  expect(line).toContain("kept 0.2");
  expect(line).toContain("keep = 2");
  expect(await states(page)).toBe("load:cached clean:done evaluate:done");
});

test("a cell put into a step by its pill becomes a node, and a use typed into a cell becomes an edge", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  await cell(page, 3).hover();
  await cell(page, 3).locator(".tagline-Pill").click();
  await page.keyboard.type("9 lives");
  expect(await page.locator(".tagline-Menu [role=alert]").textContent()).toContain("A name is a letter");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("look");
  await page.keyboard.press("Enter");
  await node(page, "look").waitFor();
  expect(await cell(page, 3).getAttribute("data-tagline-step")).toBe("look");

  const edges = () =>
    page.locator(".tagline-Edge").evaluateAll((all) => all.map((edge) => edge.getAttribute("data-edge")));
  expect(await edges()).not.toContain("load look");
  await typeInto(page, 3, "\nraw.length;");
  await expect.poll(edges).toContain("load look");
});

test("a diagnostic leads to its line, and its fix mends it", async () => {
  const page = await open([
    ["step:load", "const raw = [1, 2, 3];"],
    ["", "// a helper value\nconst hidden = raw.length;"],
    ["step:use", "const first = 1;\nconst all = hidden + first;"],
  ]);
  const problem = page.locator(".tagline-Diagnostics li", { hasText: "cell 3, line 2" });
  await problem.locator(".tagline-Diagnostic").click({ timeout: 60_000 });
  await expect.poll(() => cell(page, 2).evaluate((found) => found.contains(document.activeElement))).toBe(true);
  await expect
    .poll(() => page.locator(".jp-StatusBar-Left, #jp-main-statusbar").first().textContent())
    .toContain("Ln 2");
  await problem.locator(".tagline-Fix").click();
  await expect.poll(() => page.locator(".tagline-Diagnostics li[data-severity=error]").count()).toBe(0);
  expect(await cell(page, 1).getAttribute("data-tagline-role")).toBe("step");
});

test("what the session saw against the graph is a diagnostic, and goes when the cell runs again", async () => {
  const page = await open([
    ["step:load", "const raw = [1, 2, 3];"],
    ["step:use", "const size = raw.length;"],
  ]);
  await node(page, "use").waitFor({ timeout: 60_000 });
  await runAll(page);
  await typeInto(page, 0, "\nraw.push(4);");
  const problem = page.locator('.tagline-Diagnostics li[data-code="TL060"]');
  await problem.waitFor({ timeout: 60_000 });
  expect(await problem.textContent()).toContain("The session ran this cell before it was edited");
  await runAll(page);
  await expect.poll(() => page.locator(".tagline-Diagnostics li").count(), { timeout: 60_000 }).toBe(0);
});

test("a misspelled option of a step is told, its fix mends it, and the form of options shows it", async () => {
  const page = await open([["step:load", "const raw = [1, 2, 3];", { retrys: 2 }]]);
  const problem = page.locator('.tagline-Diagnostics li[data-code="TL008"]');
  await problem.locator(".tagline-Fix").click({ timeout: 60_000 });
  await expect.poll(() => page.locator(".tagline-Diagnostics li").count()).toBe(0);
  await cell(page, 0).locator(".jp-InputPrompt").click();
  await page.locator('[data-id="jp-property-inspector"]').first().click();
  await page.locator(".jp-Collapse-header", { hasText: "Step options" }).click();
  const retries = page.locator("input[id*=retries]");
  await retries.waitFor({ timeout: 30_000 });
  expect(await retries.inputValue()).toBe("2");
});

test("a step that fails is red, those after it do not run, and its detail leads to the line", async () => {
  const page = await open([
    ["step:load", "const raw: number[] = [1, 2, 3];"],
    [
      "step:boom",
      '// look here\nif (raw.length === 3) throw new RangeError("Cannot go on with 3 rows");\nconst rest = raw;',
    ],
    ["step:after", "const end = rest.length;"],
  ]);
  await node(page, "after").waitFor({ timeout: 60_000 });
  expect(await run(page)).toMatch(/^failed/);
  expect(await states(page)).toBe("load:done boom:failed after:skipped");
  await node(page, "boom").click();
  const detail = page.locator('[data-detail="boom"]');
  expect(await detail.locator('[role="alert"]').textContent()).toBe(
    "RangeError Cannot go on with 3 rows cell 2, line 2",
  );
  await detail.locator("[data-error-cell]").click();
  await expect.poll(() => cell(page, 1).evaluate((found) => found.contains(document.activeElement))).toBe(true);
  await expect.poll(() => page.locator("#jp-main-statusbar").textContent()).toContain("Ln 2");
});

test("a run can be cancelled", async () => {
  const page = await open([["step:wait", "await new Promise((resolve) => setTimeout(resolve, 60_000));"]]);
  await node(page, "wait").waitFor({ timeout: 60_000 });
  await page.locator('[data-action="run"]:enabled').click();
  await page.locator('.tagline-Node[data-state="running"]').waitFor({ timeout: 60_000 });
  expect(await page.locator(".tagline-Status").textContent()).toContain("1 run active");
  await page.locator('[data-action="cancel"]:enabled').click();
  await expect
    .poll(() => page.locator(".tagline-RunLine").getAttribute("data-run-status"), { timeout: 30_000 })
    .toBe("cancelled");
  await page.locator('[data-action="run"]:enabled').waitFor();
});

test("a node is reached and pressed by keys, and leads to its cell", async () => {
  const page = await open(PENGUINS);
  await node(page, "clean").waitFor({ timeout: 60_000 });
  await node(page, "clean").focus();
  await page.keyboard.press("Enter");
  await page.locator('[data-detail="clean"]').waitFor();
  await expect.poll(() => cell(page, 2).getAttribute("class")).toContain("jp-mod-active");
  expect(await node(page, "clean").getAttribute("aria-label")).toBe("Step clean, not run, 1 cell");
});

test("the panel says what to do where there is no pipeline", async () => {
  const page = await open([["", "const a = 1;"]]);
  await page.locator('[data-empty="no-steps"]').waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Tag this cell as a step…" }).click();
  await page.keyboard.type("first");
  await page.keyboard.press("Enter");
  await node(page, "first").waitFor();
});

test("the service takes changes from Jupyter's own page alone", async () => {
  const url = `${lab.url}/tagline/api/facts`;
  const body = JSON.stringify({ notebook: "x.ipynb", cells: [] });
  const json = { "content-type": "application/json" };
  const login = { authorization: `token ${lab.token}` };
  const post = async (headers: Record<string, string>) => {
    const reply = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
    const answer: unknown = await reply.json().catch(() => null);
    return [reply.status, answer];
  };
  expect(await post({ ...json, ...login, "x-tagline": "1" })).toEqual([200, { facts: {}, keys: {} }]);
  expect((await post({ ...json, "x-tagline": "1" }))[0]).not.toBe(200);
  expect(await post({ ...json, ...login })).toMatchObject([403, { error: { code: "header-missing" } }]);
  expect(await post({ ...json, ...login, "x-tagline": "1", origin: "http://evil.example" })).toMatchObject([
    403,
    { error: { code: "not-same-origin" } },
  ]);
});

test("a service that is killed while the panel is open comes back by itself, and what was typed stays", async () => {
  const page = await open(PENGUINS);
  await node(page, "evaluate").waitFor({ timeout: 60_000 });
  await page.locator('[data-action="schedule"]').click();
  await page.getByLabel("cron").fill("30 7 * * *");
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,args="]);
  const service = stdout
    .split("\n")
    .find((line) => line.includes("service/main.js") && line.includes(`--root ${lab.rootDir}`));
  process.kill(Number.parseInt(service ?? "", 10), "SIGKILL");
  // One of the page's own questions brings it back.
  const view = page.locator(".tagline-PanelView");
  await page.getByRole("button", { name: "Add the schedule" }).click();
  await expect.poll(() => view.getAttribute("data-service"), { timeout: 60_000 }).toBe("ready");
  const added = page.locator("[data-schedule]");
  await expect
    .poll(
      async () => {
        if ((await added.count()) > 0) return "added";
        const again = page.getByRole("button", { name: "Add the schedule" });
        if (await again.isEnabled().catch(() => false)) await again.click();
        return page.getByLabel("cron").inputValue();
      },
      { timeout: 90_000, interval: 500 },
    )
    .toBe("added");
  expect(await added.innerText()).toContain("every day at 07:30");
  await page.getByRole("button", { name: "Remove nb…" }).click();
  await page.locator('.tagline-Form [data-command="remove"]').click();
  await page.locator('[data-empty="no-schedules"]').waitFor();
});
