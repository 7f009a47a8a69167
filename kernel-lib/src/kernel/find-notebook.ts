import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readNotebook } from "../notebook/read-notebook.js";

/** More than this is not looked through for one cell. */
const MOST_NOTEBOOKS = 200;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The notebook in a folder (absolute) that has a code cell of exactly this text, or null: clients such as nbclient, used from a
 * program, do not tell the kernel what they execute. With several, the one that was saved last.
 */
export function findNotebook(folder: string, source: string): string | null {
  let bytes = 0;
  const found = notebooksIn(folder).find((path) => {
    try {
      bytes += statSync(path).size;
      if (bytes > MOST_BYTES) return false;
      return readNotebook(path, readFileSync(path, "utf8")).cells.some(
        (cell) => cell.kind === "code" && cell.source === source,
      );
    } catch {
      return false;
    }
  });
  return found ?? null;
}

/** Those saved last first. */
function notebooksIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".ipynb"))
      .slice(0, MOST_NOTEBOOKS)
      .map((name) => ({ path: join(folder, name), saved: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => b.saved - a.saved)
      .map(({ path }) => path);
  } catch {
    return [];
  }
}
