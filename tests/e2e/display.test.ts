import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Locator } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { newFolder, sharedLab } from "./support/lab.js";
import { type OpenedPage, openPage } from "./support/page.js";

const lab = sharedLab();
let opened: OpenedPage | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

const SOURCES = ["rows"];

/** Rows of a table that can be seen. */
function rows(table: Locator): Promise<string[]> {
  return table
    .locator("tbody tr")
    .evaluateAll((all) =>
      all
        .filter((row) => getComputedStyle(row).visibility === "visible" && row.getClientRects().length > 0)
        .map((row) => row.querySelector("td")?.textContent ?? ""),
    );
}

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => String(from + n));

async function open(outputs: readonly object[]): Promise<OpenedPage> {
  const folder = newFolder(lab.rootDir);
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "tagline", display_name: "tagline", language: "typescript" } },
    cells: SOURCES.map((source, index) => ({
      cell_type: "code",
      id: `c${index}`,
      metadata: {},
      source,
      outputs,
      execution_count: null,
    })),
  };
  writeFileSync(join(folder, "nb.ipynb"), JSON.stringify(notebook));
  opened = await openPage(lab, `${basename(folder)}/nb.ipynb`);
  return opened;
}

test("of a notebook that is not trusted a table's open page is to be seen, and no row of pages", async () => {
  const { showTable } = await import("../../kernel-lib/dist/display/show-table.js");
  const { data, metadata } = showTable(numbers(0, 35).map(Number), { page: 2 });
  const { page } = await open([{ output_type: "display_data", data, metadata }]);
  const table = page.locator(".tagline-table");
  await expect.poll(() => rows(table)).toEqual(numbers(10, 20));
  expect(await table.locator("form").isVisible()).toBe(false);
  expect(await table.innerText()).toContain("35 rows × 1 column, rows 11–20 of 35");
});
