import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadCached } from "../../../kernel-lib/src/analyze/load-cached.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-cached-"));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A module that tells where it is; each has a path of its own, since modules are loaded once. */
function write(name: string, value: number): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `exports.value = ${value}; exports.where = [__filename, __dirname, module.filename, typeof require];`,
  );
  return path;
}

test("loadCached() gives what require gives, once", () => {
  const path = write("a.cjs", 1);
  const loaded = loadCached(path, "a", { folder: join(folder, "cache") });
  expect(loaded).toEqual({ value: 1, where: [path, folder, path, "function"] });
  expect(loadCached(path, "a", { folder: join(folder, "cache") })).toBe(loaded);
});

test("loadCached() keeps the engine's work for the next process, and passes over what is not its own", () => {
  const cache = join(folder, "cache");
  loadCached(write("b.cjs", 2), "b", { folder: cache });
  vi.runAllTimers();
  const [file = ""] = readdirSync(cache);
  expect(file).toMatch(/^b-[0-9a-f]{16}-node.*\.cache$/);
  // Each module has the same text; a path of its own, since a module is loaded once.
  expect(loadCached(write("c.cjs", 2), "b", { folder: cache })).toMatchObject({ value: 2 });
  expect(loadCached(write("d.cjs", 3), "b", { folder: cache })).toMatchObject({ value: 3 });
  writeFileSync(join(cache, file), "rubbish");
  expect(loadCached(write("e.cjs", 2), "b", { folder: cache })).toMatchObject({ value: 2 });
  vi.runAllTimers();
  expect(statSync(join(cache, file)).size).toBeGreaterThan(100);
  chmodSync(join(cache, file), 0o666);
  expect(loadCached(write("f.cjs", 2), "b", { folder: cache })).toMatchObject({ value: 2 });
});

test("loadCached() works where nothing can be kept", () => {
  writeFileSync(join(folder, "cache"), "a file, not a folder");
  expect(loadCached(write("g.cjs", 6), "g", { folder: join(folder, "cache") })).toMatchObject({ value: 6 });
  expect(() => vi.runAllTimers()).not.toThrow();
});
