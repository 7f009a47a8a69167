import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const madeByTools = new Set(["node_modules", "dist", "lib", "__pycache__", "labextension"]);

/**
 * One hash over the content of files and folders, and over plain strings that matter as much.
 * A path that does not exist counts as absent, not as an error.
 *
 * @param {string} root
 * @param {readonly string[]} paths absolute, files or folders
 * @param {readonly string[]} [facts]
 */
export function hashInputs(root, paths, facts = []) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of listFiles(path)) {
      hash.update(`${relative(root, file)}\0`).update(createHash("sha256").update(readFileSync(file)).digest());
    }
  }
  for (const fact of facts) hash.update(`${fact}\0`);
  return hash.digest("hex");
}

/**
 * Every file under a path in the order of names, without what tools leave there.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function listFiles(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => !madeByTools.has(entry.name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) =>
    entry.isDirectory() ? listFiles(join(path, entry.name)) : [join(path, entry.name)],
  );
}
