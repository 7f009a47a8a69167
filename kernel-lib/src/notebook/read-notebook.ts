import { checkStepOptions } from "./check-step-options.js";
import type { Notebook, NotebookCell } from "./notebook.js";

/** A file that is no notebook we can use; the message says what it is and what to do. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

/**
 * Reads the text of an .ipynb file (nbformat 4).
 *
 * @throws NotebookError if the text is not such a notebook.
 */
export function readNotebook(path: string, text: string): Notebook {
  const json = parse(path, text);
  const cells = json["cells"];
  if (!Array.isArray(cells)) {
    const old = json["worksheets"]
      ? " It has nbformat 3: open it in JupyterLab and save it to bring it up to date."
      : "";
    throw new NotebookError(`Cannot read ${path}: it has no list of cells, so it is not a notebook.${old}`);
  }
  const metadata = record(json["metadata"]);
  const language = record(metadata["kernelspec"])["language"] ?? record(metadata["language_info"])["name"];
  const seen = new Set<string>();
  return {
    path,
    cells: cells.map((cell, index) => readCell(record(cell), index, seen)),
    settings: record(metadata["tagline"]),
    language: typeof language === "string" ? language.toLowerCase() : null,
  };
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return record(json);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NotebookError(`Cannot read ${path}: it is not JSON (${why}), so it is not a notebook.`, { cause });
  }
  throw new NotebookError(`Cannot read ${path}: it is JSON but not a notebook.`);
}

function readCell(cell: Record<string, unknown>, index: number, seen: Set<string>): NotebookCell {
  const metadata = record(cell["metadata"]);
  const tags = metadata["tags"];
  const count = cell["execution_count"];
  const { options, problems } = checkStepOptions(record(metadata["tagline"]));
  return {
    id: uniqueId(cell["id"], index, seen),
    index,
    kind: cell["cell_type"] === "code" ? "code" : cell["cell_type"] === "markdown" ? "markdown" : "raw",
    source: joinLines(cell["source"]),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
    options,
    ...(problems.length > 0 ? { optionProblems: problems } : {}),
    executionCount: typeof count === "number" ? count : null,
  };
}

/** Ids are unique by nbformat 4.5; a copied cell in a hand-edited file may still repeat one. */
function uniqueId(id: unknown, index: number, seen: Set<string>): string {
  const wanted = typeof id === "string" && id !== "" ? id : `cell-${index}`;
  const unique = seen.has(wanted) ? `${wanted}-${index}` : wanted;
  seen.add(unique);
  return unique;
}

function joinLines(source: unknown): string {
  if (Array.isArray(source)) return source.join("");
  return typeof source === "string" ? source : "";
}

function record(value: unknown): Record<string, unknown> {
  // A JSON object's members are unknown until looked at, which is what this type says.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
