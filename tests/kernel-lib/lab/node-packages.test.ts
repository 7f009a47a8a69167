import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { areNodePackagesInstalled } from "../../../kernel-lib/src/lab/node-packages.js";
import { placesOf } from "../../../kernel-lib/src/lab/places.js";

type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function checkoutWith(wanted: Packages, present?: Packages) {
  const places = placesOf(mkdtempSync(join(tmpdir(), "tagline-packages-")));
  mkdirSync(places.nodeModules);
  writeFileSync(places.lockFile, JSON.stringify({ packages: wanted }));
  if (present) writeFileSync(join(places.nodeModules, ".package-lock.json"), JSON.stringify({ packages: present }));
  return places;
}

const wanted = {
  "": {},
  "kernel-lib": { version: "0.1.0" },
  "node_modules/tagline": { resolved: "kernel-lib", link: true },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/b-darwin": { version: "2.0.0", optional: true },
};

test("areNodePackagesInstalled() is false for a folder that npm did not finish", () => {
  expect(areNodePackagesInstalled(checkoutWith(wanted))).toBe(false);
});

test("areNodePackagesInstalled() bears what another platform needs", () => {
  expect(areNodePackagesInstalled(checkoutWith(wanted, { "node_modules/a": { version: "1.0.0" } }))).toBe(true);
});

test("areNodePackagesInstalled() sees another version, and a package that is missing", () => {
  expect(areNodePackagesInstalled(checkoutWith(wanted, { "node_modules/a": { version: "1.0.1" } }))).toBe(false);
  expect(areNodePackagesInstalled(checkoutWith(wanted, { "node_modules/c": { version: "1.0.0" } }))).toBe(false);
});
