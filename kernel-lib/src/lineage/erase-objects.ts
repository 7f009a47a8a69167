import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProjectFiles } from "./project.js";

/** Larger objects are bytes of values, which name no others. */
const NAMING_BYTES = 1 << 20;
const HASH = /\b[0-9a-f]{64}\b/g;

/**
 * Stored objects that what is erased leads to, and nothing else: no line that stays, not the catalog, no cached step of another
 * run, no object that these lead to.
 *
 * @param named hashes in what is erased
 * @param byOthers those of some objects that lines name which stay
 */
export function collectObjects(
  files: ProjectFiles,
  named: ReadonlySet<string>,
  runs: ReadonlySet<string>,
  byOthers: (objects: ReadonlySet<string>) => ReadonlySet<string>,
): string[] {
  const found = closure(files, named);
  if (found.size === 0) return [];
  const all = allObjects(files);
  // An object that stays may be made of the same parts.
  const others = new Set(byOthers(all));
  for (const path of [files.catalog, ...keptCaches(files, runs), ...keptRecords(files, runs)])
    for (const hash of textOf(path).match(HASH) ?? []) if (all.has(hash)) others.add(hash);
  const stays = closure(files, others);
  return [...found].filter((hash) => !stays.has(hash)).sort();
}

function allObjects({ objects }: ProjectFiles): Set<string> {
  const all = new Set<string>();
  if (!existsSync(objects)) return all;
  for (const folder of readdirSync(objects, { withFileTypes: true }))
    if (folder.isDirectory() && folder.name.length === 2)
      for (const rest of readdirSync(join(objects, folder.name))) all.add(folder.name + rest);
  return all;
}

/** Removes the folders of runs, what is cached of them, and objects. */
export function forgetRuns(files: ProjectFiles, runs: readonly string[], objects: readonly string[]): void {
  for (const run of runs) rmSync(join(files.runs, run), { recursive: true, force: true });
  const gone = new Set(runs);
  for (const path of filesBelow(join(files.folder, "cache"))) if (names(path, gone)) rmSync(path, { force: true });
  for (const hash of objects) rmSync(objectPath(files, hash), { force: true });
}

function keptCaches(files: ProjectFiles, runs: ReadonlySet<string>): string[] {
  return filesBelow(join(files.folder, "cache", "steps")).filter((path) => !names(path, runs));
}

/** Model versions and the folders of other runs. */
function keptRecords(files: ProjectFiles, runs: ReadonlySet<string>): string[] {
  const folders = existsSync(files.runs) ? readdirSync(files.runs).filter((run) => !runs.has(run)) : [];
  return [join(files.folder, "models"), ...folders.map((run) => join(files.runs, run))].flatMap(filesBelow);
}

function names(path: string, runs: ReadonlySet<string>): boolean {
  for (const id of textOf(path).match(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g) ?? []) if (runs.has(id)) return true;
  return false;
}

/** Those of the hashes that are objects, and the objects that they name. */
function closure(files: ProjectFiles, from: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const waiting = [...from];
  for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
    if (found.has(hash) || !existsSync(objectPath(files, hash))) continue;
    found.add(hash);
    waiting.push(...(textOf(objectPath(files, hash)).match(HASH) ?? []));
  }
  return found;
}

function objectPath({ objects }: ProjectFiles, hash: string): string {
  return join(objects, hash.slice(0, 2), hash.slice(2));
}

function textOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() && found.size <= NAMING_BYTES ? readFileSync(path, "latin1") : "";
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}
