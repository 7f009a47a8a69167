import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claim } from "../../../kernel-lib/src/lineage/claim.js";
import { temporaryFolder } from "./support.js";

test("claim() gives a thing once and tells later callers who has it", () => {
  const root = temporaryFolder();
  expect(claim(root, "version", "penguins@1", "a")).toEqual({ mine: true, holder: "a" });
  expect(claim(root, "version", "penguins@1", "b")).toEqual({ mine: false, holder: "a" });
  expect(claim(root, "version", "penguins@2", "b")).toEqual({ mine: true, holder: "b" });
  expect(claim(root, "moment", "penguins@1", "b")).toEqual({ mine: true, holder: "b" });
  expect(readdirSync(join(root, ".tagline/claims/version"))).toEqual(["penguins@1", "penguins@2"]);
});

test("claim() tells apart keys that a file's name cannot hold", () => {
  const root = temporaryFolder();
  const keys = ["A@1", "a@1", "nb/a b.ipynb 06:00", "nb/a-b.ipynb 06:00", "../x", "", "é".repeat(300)];
  expect(keys.map((key) => claim(root, "k", key).mine)).toEqual(keys.map(() => true));
  expect(keys.map((key) => claim(root, "k", key).mine)).toEqual(keys.map(() => false));
});

test("claim() gives each of many things to one of several processes", async () => {
  const root = temporaryFolder();
  const ask = (holder: string): Promise<boolean[]> =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [
          "--import",
          "./tests/kernel-lib/lineage/run-typescript.mjs",
          "tests/kernel-lib/lineage/claim-child.ts",
          root,
          "200",
          holder,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
      child.once("error", reject);
      child.once("close", () => resolve(JSON.parse(output)));
    });
  const won = await Promise.all(["a", "b", "c"].map(ask));
  const owners = Array.from({ length: 200 }, (_, key) => won.filter((list) => list[key]).length);
  expect(owners).toEqual(owners.map(() => 1));
});
