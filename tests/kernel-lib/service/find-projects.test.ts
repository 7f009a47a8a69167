import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProjects } from "../../../kernel-lib/src/service/find-projects.js";

test("findProjects() finds the projects in folders below, not in hidden ones, packages, links and far down", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tagline-find-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["a", "b/c/d", "node_modules/p", ".hidden/q", "1/2/3/4/5/6"]) {
    mkdirSync(join(root, folder, ".tagline"), { recursive: true });
  }
  symlinkSync(root, join(root, "b/loop"));
  const found: string[] = [];
  for await (const project of findProjects(root)) found.push(project);
  expect(found).toEqual([join(root, "a"), join(root, "b/c/d")]);
});
