import { readFileSync, statSync } from "node:fs";
import { type Notebook, type NotebookCell, readNotebook } from "../../notebook/index.js";

/** A cell as the front end sent it. */
export interface SentCell {
  readonly id: string | null;
  readonly source: string;
  readonly tags: readonly string[];
}

/**
 * Gives the tags of a cell as the notebook's file has them: tags that were added after the cell ran count, and not every
 * front end sends them. Of a notebook that was not saved since, and of a cell that it lacks, those that were sent.
 */
export function notebookTags(path: string | null): (cell: SentCell) => readonly string[] {
  let saved = Number.NaN;
  let notebook: Notebook | null = null;
  const read = (): readonly NotebookCell[] => {
    if (path === null) return [];
    try {
      const { mtimeMs } = statSync(path);
      if (mtimeMs !== saved) {
        notebook = readNotebook(path, readFileSync(path, "utf8"));
        saved = mtimeMs;
      }
    } catch {
      // Moved, or half written: as it was last.
    }
    return notebook?.cells ?? [];
  };
  return ({ id, source, tags }) => {
    const cells = read();
    const found = id === null ? cells.find((cell) => cell.source === source) : cells.find((cell) => cell.id === id);
    return found === undefined || found.tags.length === 0 ? tags : found.tags;
  };
}
