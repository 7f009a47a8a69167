import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

let folder: string | null = null;

/**
 * Writes a file that lives as long as this process, and gives its path. It lies below a `.tagline/`, whose files
 * tracking takes for nobody's data.
 */
export function writeScratch(name: string, text: string): string {
  const path = join(scratchFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Where `writeScratch` puts a name; the folder is made on first use, for this user alone. */
export function scratchFolder(): string {
  if (folder !== null) return folder;
  const made = mkdtempSync(join(tmpdir(), "tagline-modules-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  folder = join(made, ".tagline");
  return folder;
}
