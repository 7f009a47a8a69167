import { randomBytes } from "node:crypto";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../tools/find-chromium.js";
import type { LabAddress } from "./lab.js";

export interface OpenedPage {
  readonly page: Page;
  /** What the page wrote to its console as errors, and exceptions that nobody caught, so far. */
  readonly errors: readonly string[];
  /** Addresses outside of the lab that the page asked for. */
  readonly foreignRequests: readonly string[];
  close(): Promise<void>;
}

/**
 * JupyterLab in Chromium, logged in, once it is usable.
 *
 * @param notebook path below the lab's root folder; none: the launcher
 */
export async function openPage(lab: LabAddress, notebook?: string): Promise<OpenedPage> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const errors: string[] = [];
    const foreignRequests: string[] = [];
    page.on("request", (request) => {
      if (/^(?:https?|wss?):/.test(request.url()) && new URL(request.url()).host !== new URL(lab.url).host)
        foreignRequests.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    // A workspace of its own, so that no other test's tabs come back.
    const workspace = `/lab/workspaces/test-${randomBytes(4).toString("hex")}`;
    const tree = notebook === undefined ? "" : `/tree/${notebook.split("/").map(encodeURIComponent).join("/")}`;
    await page.goto(`${lab.url}${workspace}${tree}?token=${lab.token}`);
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: 60_000 });
    await page
      .locator(notebook === undefined ? ".jp-Launcher" : ".jp-Notebook .jp-Cell")
      .first()
      .waitFor({ timeout: 60_000 });
    return { page, errors, foreignRequests, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Chromium without any talk to the network of its own. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error(
      "Cannot open a page: there is no Chromium on the PATH. Install it, or name it in TAGLINE_CHROMIUM.",
    );
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
    ],
  });
}
