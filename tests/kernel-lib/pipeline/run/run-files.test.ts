import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { pruneFolder, readJson, shortPath, writeWhole } from "../../../../kernel-lib/src/pipeline/run/run-files.js";

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "tagline-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("pruneFolder() keeps the newest entries, files and folders alike", () => {
  const folder = scratch();
  for (const [index, name] of ["old", "middle", "new"].entries()) {
    if (name === "old") mkdirSync(join(folder, name, "inside"), { recursive: true });
    else writeFileSync(join(folder, name), "");
    utimesSync(join(folder, name), 1000 + index, 1000 + index);
  }
  pruneFolder(folder, 2);
  expect(readdirSync(folder).sort()).toEqual(["middle", "new"]);
  pruneFolder(join(folder, "missing"), 2);
});

test("writeWhole() makes folders and leaves no partial file; readJson() reads damaged files as none", () => {
  const folder = scratch();
  writeWhole(join(folder, "a/b.json"), '{"c": 1}');
  expect(readJson(join(folder, "a/b.json"))).toEqual({ c: 1 });
  expect(readdirSync(join(folder, "a"))).toEqual(["b.json"]);
  writeFileSync(join(folder, "a/b.json"), '{"c":');
  expect(readJson(join(folder, "a/b.json"))).toBeNull();
});

test("shortPath() is relative inside of the project, absolute outside", () => {
  expect(shortPath("/p", "/p/a/b.csv")).toBe("a/b.csv");
  expect(shortPath("/p", "/q/b.csv")).toBe("/q/b.csv");
  expect(shortPath("/p", "/p")).toBe("/p");
});
