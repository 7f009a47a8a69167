import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claim } from "../../../kernel-lib/src/lineage/claim.js";
import { projectFiles } from "../../../kernel-lib/src/lineage/project.js";
import { pruneClaims } from "../../../kernel-lib/src/schedule/prune-claims.js";
import { temporaryFolder } from "./support.js";

const DAY_MS = 24 * 3_600_000;

test("pruneClaims() removes moments of more than a week ago, and no other claims", () => {
  const root = temporaryFolder();
  pruneClaims(root);
  claim(root, "schedule", "nb@2026-11-24T06:00:00.000Z");
  claim(root, "model-version", "penguins@1");
  const names = (kind: string): number => readdirSync(join(projectFiles(root).claims, kind)).length;
  pruneClaims(root, Date.now() + 6 * DAY_MS);
  expect([names("schedule"), names("model-version")]).toEqual([1, 1]);
  pruneClaims(root, Date.now() + 8 * DAY_MS);
  expect([names("schedule"), names("model-version")]).toEqual([0, 1]);
  expect(claim(root, "schedule", "nb@2026-12-24T06:00:00.000Z").mine).toBe(true);
});
