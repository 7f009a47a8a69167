import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Notes that a notebook has had a session on this machine: a run of a notebook that had none need not read the log for what the
 * session did. Never throws; without the mark a run says less.
 */
export function markSession(root: string, notebook: string): void {
  try {
    const { folder, path } = place(root, notebook);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, notebook);
  } catch {
    // A read-only folder.
  }
}

export function hadSession(root: string, notebook: string): boolean {
  return existsSync(place(root, notebook).path);
}

function place(root: string, notebook: string): { readonly folder: string; readonly path: string } {
  const folder = join(root, ".tagline", "cache", "sessions");
  return { folder, path: join(folder, createHash("sha256").update(notebook).digest("hex").slice(0, 16)) };
}
