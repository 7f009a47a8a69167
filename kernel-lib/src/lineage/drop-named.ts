import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import type { ProjectFiles } from "./project.js";

/** Hashes of objects that nothing has been found to name yet. */
export type Unnamed = Set<string>;

/** A hash as it stands in logs and documents, or as the path of its object. */
const HASH = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{2}\/[0-9a-f]{62})(?![0-9a-f])/g;
const LONGEST = 65;

/** Takes the hashes that a text names out of the set; gives those that it took. */
export function dropNamedIn(text: string, unnamed: Unnamed): string[] {
  const named: string[] = [];
  for (const [match] of text.matchAll(HASH)) {
    const hash = match.replace("/", "");
    if (unnamed.delete(hash)) named.push(hash);
  }
  return named;
}

/**
 * Takes out of the set what anything of a project names: the log with all its segments, runs, model versions, deployments, the
 * catalog, cached steps. Reads every file below `.tagline/` but the objects as text, whoever wrote it: what no version of Tagline
 * could make sense of still counts.
 *
 * @throws Error if a file cannot be read: what it names is not known then
 */
export async function dropNamed({ folder }: Pick<ProjectFiles, "folder">, unnamed: Unnamed): Promise<string[]> {
  const named: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.startsWith(join(folder, "objects/")) || entry.name.endsWith(".tmp")) continue;
    await scan(path, (text) => {
      for (const hash of dropNamedIn(text, unnamed)) named.push(hash);
    });
  }
  return named;
}

async function scan(path: string, look: (text: string) => void): Promise<void> {
  let tail = "";
  try {
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    const bytes = isGzip(path) ? file.pipe(createGunzip()).on("close", () => file.destroy()) : file;
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      const text = tail + piece.toString("latin1");
      look(text);
      // A hash may be cut in two.
      tail = text.slice(-LONGEST);
    }
  } catch (error) {
    // Removed since it was listed.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot tell which artifacts ${path} names: ${reason}`, { cause: error });
  }
}

function isGzip(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    return readSync(fd, start) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(fd);
  }
}
