import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findData } from "../../../kernel-lib/src/export/find-data.js";
import { pathLiterals } from "../../../kernel-lib/src/export/path-literals.js";

function folderWith(...paths: string[]): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-data-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  return folder;
}

test("findData() keeps the layout around the notebook, also above its folder", () => {
  const root = folderWith("work/nb/near.csv", "work/data/far.csv", "work/seen.bin");
  expect(
    findData(
      join(root, "work/nb"),
      root,
      [join(root, "work/seen.bin")],
      ["near.csv", "../data/far.csv", "missing.csv", "../data"],
    ),
  ).toEqual({
    folder: "files/nb",
    copies: new Map([
      ["files/data/far.csv", join(root, "work/data/far.csv")],
      ["files/nb/near.csv", join(root, "work/nb/near.csv")],
      ["files/seen.bin", join(root, "work/seen.bin")],
    ]),
    left: [],
  });
});

test("findData() leaves files that are named absolutely or lie outside of the project, and says why", () => {
  const root = folderWith("p/nb/a.csv", "elsewhere/b.csv");
  const [absolute, outside] = [join(root, "p/nb/a.csv"), join(root, "elsewhere/b.csv")];
  expect(findData(join(root, "p/nb"), join(root, "p"), [absolute, outside], [absolute])).toEqual({
    folder: "files/nb",
    copies: new Map(),
    left: [
      { path: absolute, because: "the notebook names it by an absolute path" },
      { path: outside, because: "it lies outside of the notebook's project" },
    ],
  });
});

test("pathLiterals() finds what looks like a file, and no addresses", () => {
  const text = `read("data.csv"); read('../x/y.json'); fetch("https://a.b/c.csv"); f(\`rows.\${n}.txt\`); say("hello world"); g("node:fs");`;
  expect(pathLiterals([text])).toEqual(["../x/y.json", "data.csv"]);
});
