import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { newFolder, sharedLab } from "./support/lab.js";
import { openPage } from "./support/page.js";

test("JupyterLab opens a notebook with the Tagline kernel, and asks nobody outside for anything", async () => {
  const lab = sharedLab();
  const folder = newFolder(lab.rootDir);
  copyFileSync(join(checkout.root, "notebooks", "penguins.ipynb"), join(folder, "penguins.ipynb"));
  const opened = await openPage(lab, `${folder.slice(lab.rootDir.length + 1)}/penguins.ipynb`);
  try {
    const kernel = opened.page.locator(".jp-NotebookPanel-toolbar .jp-KernelName, .jp-Toolbar-kernelName").first();
    await expect.poll(() => kernel.innerText(), { timeout: 30_000 }).toContain("TypeScript (Tagline)");
    expect(await opened.page.locator(".jp-Notification-List, .Toastify__toast").count()).toBe(0);
    expect(opened.foreignRequests).toEqual([]);
    expect(opened.errors).toEqual([]);
  } finally {
    await opened.close();
  }
});
