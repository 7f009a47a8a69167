import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new project of its own, removed after the test. */
export function temporaryProject(): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "tagline-registry-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  return root;
}

export { draftOf, entry } from "./draft.js";
