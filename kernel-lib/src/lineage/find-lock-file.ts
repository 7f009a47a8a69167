import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** What pins the versions of a project's packages. */
export interface LockFile {
  /** Absolute. */
  readonly path: string;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
}

const NAMES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/** The nearest lock file from a folder upward; null where there is none. */
export function findLockFile(folder: string): LockFile | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of NAMES) {
      const path = join(at, name);
      try {
        return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
      } catch {
        // Not there, or not ours to read: the next may be.
      }
    }
    if (dirname(at) === at) return null;
  }
}
