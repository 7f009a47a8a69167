import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../../../kernel-lib/src/lab/places.js";

const read = (...path: string[]): string => readFileSync(join(checkout.root, ...path), "utf8");

test("requirements.txt pins every package to one version and names no host", () => {
  const lines = read("jupyter-extension", "requirements.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(
    lines.filter((line) => !/^[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*(?:; [a-z_]+ [<>=]+ "[^"]+")?$/.test(line)),
  ).toEqual([]);
  expect(lines.filter((line) => /^(?:jupyterlab|jupyter-server-proxy|hatchling)==/.test(line))).toHaveLength(3);
});

test("the wheel, both packages and the workspace have one version", () => {
  const wheel = /^version = "(.+)"$/m.exec(read("jupyter-extension", "pyproject.toml"))?.[1];
  const versions = ["package.json", "kernel-lib/package.json", "jupyter-extension/package.json"].map(
    (file) => JSON.parse(read(file)).version,
  );
  expect(new Set([wheel, ...versions]).size).toBe(1);
});

test("package-lock.json names no registry host", () => {
  expect(read("package-lock.json").match(/"resolved": "(?!kernel-lib|jupyter-extension)[^"]+"/g) ?? []).toEqual([]);
});
