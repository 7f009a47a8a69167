import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { startLab } from "./lab.js";

/** One JupyterLab for every e2e test that asks for `sharedLab()`. vitest calls this only when an e2e test is to run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, log: _log, ...address } = await startLab();
  project.provide("lab", address);
  return async () => {
    await stop();
    rmSync(address.rootDir, { recursive: true, force: true });
  };
}
