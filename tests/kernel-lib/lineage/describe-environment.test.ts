import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeEnvironment } from "../../../kernel-lib/src/lineage/describe-environment.js";
import { temporaryFolder } from "./support.js";

test("describeEnvironment() names the commit, the files that differ from it and the lock file", async () => {
  const root = temporaryFolder();
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@lab", ...args], { cwd: root, encoding: "utf8" });
  const folder = join(root, "notebooks");
  mkdirSync(folder);
  git("init", "--quiet");
  writeFileSync(join(root, "package-lock.json"), "{}");
  writeFileSync(join(folder, "a file.csv"), "1");
  writeFileSync(join(folder, "b.csv"), "1");
  git("add", ".");
  git("commit", "--quiet", "-m", "First");
  const gitCommit = git("rev-parse", "HEAD").trim();
  const sha256 = createHash("sha256").update("{}").digest("hex");
  const packages = { lockFile: "../package-lock.json", sha256 };
  const clean = await describeEnvironment(folder);
  expect(clean).toEqual({
    node: process.version,
    tagline: expect.stringMatching(/^\d+\.\d+\.\d+/),
    os: expect.stringContaining(process.platform),
    gitCommit,
    gitDirty: false,
    packages,
  });
  writeFileSync(join(folder, "b.csv"), "2");
  git("mv", "notebooks/a file.csv", "notebooks/c.csv");
  expect(await describeEnvironment(folder)).toEqual({
    ...clean,
    gitDirty: true,
    gitChanged: ["notebooks/b.csv", "notebooks/c.csv"],
  });
});

test("describeEnvironment() says what it can where there is no git and no lock file", async () => {
  const environment = await describeEnvironment(temporaryFolder());
  expect(environment).toMatchObject({ gitCommit: null, gitDirty: null });
  expect(environment.gitChanged).toBeUndefined();
});
