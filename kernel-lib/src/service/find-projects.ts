import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { findProjectRoot } from "../lineage/project.js";

/** Folders deeper than this, and beyond so many, are not looked into: Jupyter may show a whole disk. */
const DEEPEST = 4;
const MOST_FOLDERS = 2_000;

/** The projects in the folders below, as far as a short look shows them. */
export async function* findProjects(folder: string): AsyncGenerator<string> {
  // One project is named for everything.
  if (process.env["TAGLINE_PROJECT"]) return;
  const queue = [{ path: folder, depth: 0 }];
  for (let seen = 0; seen < MOST_FOLDERS; seen += 1) {
    const next = queue.shift();
    if (next === undefined) return;
    const names = await subfolders(next.path);
    if (names.includes(".tagline") && findProjectRoot(next.path) === next.path) yield next.path;
    if (next.depth === DEEPEST) continue;
    for (const name of names) {
      if (!name.startsWith(".") && name !== "node_modules")
        queue.push({ path: join(next.path, name), depth: next.depth + 1 });
    }
  }
}

async function subfolders(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(path)) if (entry.isDirectory()) names.push(entry.name);
  } catch {
    // Not ours to read.
  }
  return names.sort();
}
