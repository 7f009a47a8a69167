import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { toolsFolder } from "../lineage/tools-folder.js";

/** When the engine knows the code well, and nobody waits for a first result any more. */
const SAVE_AFTER_MS = 5000;

/**
 * `require(path)` of one big CommonJS file, with what the engine made of it in an earlier process: for TypeScript's 9 MB
 * that spares a tenth of a second at each start. What cannot be read or written is done without.
 *
 * @param path absolute
 * @param name what the file's code is called in the cache
 */
export function loadCached(path: string, name: string, { folder = toolsFolder() } = {}): unknown {
  const require = createRequire(path);
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  const text = readFileSync(path, "utf8");
  // The engine itself compares no more than the length of the text.
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const file = join(folder, `${name}-${hash}-node${process.versions.node}-${process.arch}.cache`);
  const cachedData = readOwn(file);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true)
    setTimeout(() => save(file, script), SAVE_AFTER_MS).unref();
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  // The text above is one function.
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, require, module, path, dirname(path));
  module.loaded = true;
  return module.exports;
}

/** It becomes code: what another user could have put there is not taken. */
function readOwn(file: string): Buffer | undefined {
  try {
    const { uid, mode } = statSync(file);
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOwn ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function save(file: string, script: Script): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, script.createCachedData(), { mode: 0o600 });
    renameSync(partial, file);
  } catch {
    // A disk that is full or not ours to write: the next start is as slow as this one.
  }
}
