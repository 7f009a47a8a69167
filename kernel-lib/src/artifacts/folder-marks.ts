import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StoreNeighbours, StoreUser } from "./neighbours.js";
import { markOf, projectId } from "./project-mark.js";

/** A project says this often that it uses a folder. */
const AGAIN_MS = 12 * 3600 * 1000;

/** Leaves a project's mark in a folder that others may use as well. Twice a day at most. */
export function markProjectIn(folder: string, root: string): void {
  const marks = join(folder, "projects");
  const path = join(marks, `${projectId(root)}.json`);
  if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() - AGAIN_MS) return;
  mkdirSync(marks, { recursive: true });
  writeFileSync(path, JSON.stringify(markOf(root)));
}

export function folderNeighbours(folder: string, root: string): StoreNeighbours {
  const marks = join(folder, "projects");
  return {
    async users() {
      const users: StoreUser[] = [];
      // Written by `markProjectIn`.
      for (const name of await readdir(marks).catch(() => []))
        users.push(JSON.parse(await readFile(join(marks, name), "utf8")) as StoreUser);
      return users.filter(({ id }) => id !== projectId(root));
    },
    forget: (id) => rm(join(marks, `${id}.json`), { force: true }),
    async *texts() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile() && !path.startsWith(join(folder, "objects/"))) yield await readFile(path, "latin1");
      }
    },
  };
}
