import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { confineNew, confineNotebook } from "../../../kernel-lib/src/service/confine.js";

let root = "";
beforeAll(() => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "tagline-confine-")));
  root = join(base, "root");
  mkdirSync(join(root, "sub"), { recursive: true });
  writeFileSync(join(root, "sub", "a b.ipynb"), "{}");
  writeFileSync(join(base, "secret.ipynb"), "{}");
  symlinkSync(join(base, "secret.ipynb"), join(root, "link.ipynb"));
  symlinkSync(base, join(root, "out"));
  symlinkSync(join(base, "nowhere"), join(root, "dangling"));
});

test("confineNotebook() gives the absolute path of a notebook under the root", async () => {
  expect(await confineNotebook(root, "sub/a b.ipynb")).toBe(join(root, "sub", "a b.ipynb"));
  expect(await confineNotebook(root, "/sub/a b.ipynb")).toBe(join(root, "sub", "a b.ipynb"));
});

test.each([
  ["../secret.ipynb", "outside-root"],
  ["sub/../../secret.ipynb", "outside-root"],
  ["link.ipynb", "outside-root"],
  ["out/secret.ipynb", "outside-root"],
  ["missing.ipynb", "notebook-missing"],
  ["sub", "bad-request"],
  ["a\0.ipynb", "bad-request"],
])("confineNotebook() refuses %j", async (path, code) => {
  await expect(confineNotebook(root, path)).rejects.toMatchObject({ code });
});

test("confineNew() allows a folder that is not there yet, under one that is", async () => {
  expect(await confineNew(root, "sub/new/deep")).toBe(join(root, "sub", "new", "deep"));
});

test.each(["../new", "out/new", "dangling", "dangling/new"])("confineNew() refuses %j", async (path) => {
  await expect(confineNew(root, path)).rejects.toMatchObject({ code: "outside-root" });
});
