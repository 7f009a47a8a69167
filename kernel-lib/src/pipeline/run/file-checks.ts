import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CellTrace, FileUse } from "../../lineage/cell-trace.js";
import { shortPath } from "./run-files.js";

/** A file as a step left or found it. */
export interface FileCheck {
  /** Relative to the project root where it lies inside, else absolute. */
  readonly path: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Time of the last change, if that and the size are enough to know that the content is the same. */
  readonly mtimeMs: number | null;
}

/**
 * Within this time of being looked at, a file may change once more without a new time stamp (file systems
 * count in steps of up to 2 s).
 */
const TIMESTAMP_STEP_MS = 2000;

/** The files that a step's result depends on: what it read and had not written itself, and what it wrote. */
export function filesOf(
  cells: readonly CellTrace[],
  options: {
    readonly root: string;
    /** The step's private folder, whose files are nobody else's. */
    readonly temporary: string | null;
    readonly nowMs: number;
  },
): { readonly read: readonly FileCheck[]; readonly written: readonly FileCheck[] } {
  const read = new Map<string, FileUse>();
  const written = new Map<string, FileUse>();
  for (const cell of cells) {
    for (const file of cell.files) {
      if (options.temporary !== null && file.path.startsWith(options.temporary + sep)) continue;
      if (file.mode === "write") written.set(file.path, file);
      else if (!written.has(file.path) && !read.has(file.path)) read.set(file.path, file);
    }
  }
  // Written and read back in one cell: the order is not recorded, but the hash tells.
  for (const [path, file] of written) if (read.get(path)?.sha256 === file.sha256) read.delete(path);
  const check = (file: FileUse): FileCheck => ({
    path: shortPath(options.root, file.path),
    sha256: file.sha256,
    bytes: file.bytes,
    mtimeMs: trustedTime(file, cells[0]?.startedAt, options.nowMs),
  });
  return { read: [...read.values()].map(check), written: [...written.values()].map(check) };
}

/** The first file whose content is not what it was, as it is called in the check; null if all are the same. */
export async function firstChanged(root: string, checks: readonly FileCheck[]): Promise<string | null> {
  for (const check of checks) if (!(await isSame(root, check))) return check.path;
  return null;
}

async function isSame(root: string, check: FileCheck): Promise<boolean> {
  const path = isAbsolute(check.path) ? check.path : join(root, check.path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || check.sha256 === null) return false;
  if (check.bytes !== null && stat.size !== check.bytes) return false;
  if (check.mtimeMs !== null && stat.mtimeMs === check.mtimeMs) return true;
  try {
    return (await hashOfFile(path)) === check.sha256;
  } catch {
    return false;
  }
}

/** sha256 (hex) of a file's bytes. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function trustedTime(file: FileUse, startedAt: string | undefined, nowMs: number): number | null {
  const stat = statSync(file.path, { throwIfNoEntry: false });
  if (stat === undefined || stat.size !== file.bytes) return null;
  // A read file that changed since the step began may not be what was read.
  const settledBefore = file.mode === "read" && startedAt !== undefined ? Date.parse(startedAt) : nowMs;
  return stat.mtimeMs < settledBefore - TIMESTAMP_STEP_MS ? stat.mtimeMs : null;
}
