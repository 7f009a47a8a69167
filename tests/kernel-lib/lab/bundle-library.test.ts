import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundleLibrary } from "../../../kernel-lib/src/lab/bundle-library.js";
import { checkout, placesOf } from "../../../kernel-lib/src/lab/places.js";

const ENTRIES = [
  "cli/main",
  "cli/quick-run",
  "pipeline/run/bundled-step-host",
  "analyze/import-module",
  "index",
  "notebook/index",
  "pipeline/run/index",
  "pipeline/compile/index",
  "service/api",
  "display/tslab",
];

test("bundleLibrary() keeps places, texts that speak of places, and what is loaded late; without a bundler it leaves no bundle", async () => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "tagline-bundle-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const places = placesOf(root);
  const dist = join(places.kernelLib, "dist");
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
  };
  for (const entry of ENTRIES) write(`${entry}.js`, `export const name = ${JSON.stringify(entry)};\n`);
  writeFileSync(join(places.kernelLib, "package.json"), '{ "type": "module" }');
  write("deep/place.js", 'export const place = import.meta.url;\nexport const text = "say import.meta.url";\n');
  write("deep/late.js", "export const late = import.meta.url;\n");
  write(
    "cli/main.js",
    'import { place, text } from "../deep/place.js";\nconst { late } = await import("../deep/late.js");\nconsole.log(JSON.stringify([place, text, late]));\n',
  );
  mkdirSync(places.nodeModules);
  symlinkSync(join(checkout.nodeModules, "rolldown"), join(places.nodeModules, "rolldown"));
  write("bundle/command/left-over.js", "");

  await bundleLibrary(places);
  const main = join(dist, "bundle", "command", "cli-main.js");
  const url = (path: string): string => new URL(path, `file://${dist}/`).href;
  expect(JSON.parse(execFileSync(process.execPath, [main], { encoding: "utf8" }))).toEqual([
    url("deep/place.js"),
    "say import.meta.url",
    url("deep/late.js"),
  ]);
  expect(
    readdirSync(join(dist, "bundle", "step"))
      .filter((name) => !name.startsWith("part-"))
      .sort(),
  ).toEqual(
    ENTRIES.slice(2)
      .map((entry) => `${entry.replaceAll("/", "-")}.js`)
      .sort(),
  );
  expect(existsSync(join(dist, "bundle", "command", "left-over.js"))).toBe(false);

  rmSync(join(places.nodeModules, "rolldown"));
  await bundleLibrary(places);
  expect(existsSync(main)).toBe(false);
});
