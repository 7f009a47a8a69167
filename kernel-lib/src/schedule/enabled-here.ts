import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFiles } from "../lineage/project.js";

/**
 * The catalog travels with git, and what it names must not run on every machine where somebody clones or pulls it. So a
 * schedule or deployment is on where somebody added, resumed or started it; that is noted beside the catalog, out of git.
 */
export interface CatalogEntry {
  readonly kind: "schedule" | "deployment";
  /** What commands call it. */
  readonly id: string;
}

export function isEnabledHere(root: string, entry: CatalogEntry): boolean {
  return existsSync(notePath(root, entry));
}

export function enableHere(root: string, entry: CatalogEntry): void {
  const path = notePath(root, entry);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${entry.id}\n`);
}

/** For an entry that is removed: one that comes by that name later is another. */
export function disableHere(root: string, entry: CatalogEntry): void {
  rmSync(notePath(root, entry), { force: true });
}

/** People may give any names. */
function notePath(root: string, { kind, id }: CatalogEntry): string {
  const name = createHash("sha256").update(id).digest("hex").slice(0, 32);
  return join(projectFiles(root).claims, "enabled", `${kind}-${name}`);
}
