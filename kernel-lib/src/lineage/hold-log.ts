import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isHeld, ownMark } from "./liveness.js";
import { prepareProject } from "./project.js";

/**
 * Does what rewrites segments (compacting, erasing) while nobody else does. Writers and readers are not held up. What a
 * killed process held is taken over.
 *
 * @throws Error "Cannot …" if another process is at it
 */
export function holdLog<T>(root: string, doing: string, work: () => T): T {
  const path = join(prepareProject(root).lineage, "rewriting.lock");
  const own = `${path}.${randomUUID()}`;
  // Linked into place, so that nobody sees a lock that does not say whose it is.
  writeFileSync(own, ownMark(), { flag: "wx" });
  try {
    if (!take(own, path))
      throw new Error(`Cannot ${doing}: another process is rewriting the log. Try again when it is done`);
    try {
      return work();
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function take(own: string, path: string): boolean {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      linkSync(own, path);
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (isHeld(path)) return false;
      clear(path, `${own}.old`);
    }
  }
  return false;
}

/** Takes a dead process's lock away, and never that of one which took it over in the meantime. */
function clear(path: string, aside: string): void {
  try {
    renameSync(path, aside);
    if (isHeld(aside)) linkSync(aside, path);
    rmSync(aside, { force: true });
  } catch {
    // Somebody else was faster.
  }
}
