import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureBuilt } from "../../../kernel-lib/src/lab/ensure-built.js";
import { checkout, placesOf } from "../../../kernel-lib/src/lab/places.js";

test("ensureBuilt() builds what is newer than the last build, leaves the rest, and drops what has no source", async () => {
  const places = smallCheckout();
  const src = (name: string) => join(places.kernelLib, "src", "cli", name);
  const dist = (name: string) => join(places.kernelLib, "dist", "cli", name);

  expect(await ensureBuilt(places)).toBe(true);
  expect(readFileSync(dist("main.js"), "utf8")).toContain("answer = 1");

  // A mark in the output shows whether it was written again.
  writeFileSync(dist("main.js"), "untouched");
  expect(await ensureBuilt(places)).toBe(true);
  expect(readFileSync(dist("main.js"), "utf8")).toBe("untouched");

  writeFileSync(src("main.ts"), "export const answer: number = 2;\n");
  later(src("main.ts"));
  rmSync(src("gone.ts"));
  expect(await ensureBuilt(places)).toBe(true);
  expect(readFileSync(dist("main.js"), "utf8")).toContain("answer = 2");
  expect(existsSync(dist("gone.js"))).toBe(false);
});

test("ensureBuilt() is false when a source cannot be compiled", async () => {
  const places = smallCheckout();
  writeFileSync(join(places.kernelLib, "src", "cli", "main.ts"), "export const = ;\n");
  expect(await ensureBuilt(places)).toBe(false);
});

test("ensureBuilt() has nothing to do in an installed package", async () => {
  expect(await ensureBuilt(placesOf(mkdtempSync(join(tmpdir(), "tagline-package-"))))).toBe(true);
});

function smallCheckout() {
  const places = placesOf(mkdtempSync(join(tmpdir(), "tagline-build-")));
  mkdirSync(join(places.kernelLib, "src", "cli"), { recursive: true });
  mkdirSync(places.nodeModules);
  symlinkSync(join(checkout.nodeModules, "typescript"), join(places.nodeModules, "typescript"));
  symlinkSync(join(checkout.nodeModules, "@types"), join(places.nodeModules, "@types"));
  writeFileSync(join(places.root, "tsconfig.json"), readFileSync(join(checkout.root, "tsconfig.json")));
  writeFileSync(join(places.kernelLib, "tsconfig.json"), readFileSync(join(checkout.kernelLib, "tsconfig.json")));
  writeFileSync(join(places.kernelLib, "package.json"), '{"type":"module"}');
  writeFileSync(join(places.kernelLib, "src", "cli", "main.ts"), "export const answer: number = 1;\n");
  writeFileSync(join(places.kernelLib, "src", "cli", "gone.ts"), "export const old = 1;\n");
  return places;
}

/** As if it was saved a moment after the last build, however coarse the file system's clock. */
function later(file: string): void {
  const time = new Date(Date.now() + 2000);
  utimesSync(file, time, time);
}
