import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectFiles } from "../lineage/project.js";

/** A moment this old never fires, whatever anybody's clock says; a schedule of minutes leaves half a million a year. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Removes the claims of moments that are long over. */
export function pruneClaims(root: string, now: number = Date.now()): void {
  const folder = join(projectFiles(root).claims, "schedule");
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Nothing has fired yet.
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && now - found.mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
}
