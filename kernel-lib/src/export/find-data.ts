import { statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Files above this size stay where they are: a project that carries them is hard to move. */
export const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

export interface DataFiles {
  /** The notebook's folder in the project. */
  readonly folder: string;
  /** Absolute path of each file that travels, by its path in the project. */
  readonly copies: ReadonlyMap<string, string>;
  /** Files that do not travel, each with why. */
  readonly left: readonly { readonly path: string; readonly because: string }[];
}

/**
 * Lays out the data that a notebook reads under `files/`, as it lies around the notebook from the nearest folder above all of it, so
 * that relative paths of the cells hold.
 *
 * @param notebookFolder absolute
 * @param root the project's root: files outside of it travel only if a cell's own relative path leads there
 * @param seen absolute paths of files that runs were seen to read
 * @param literals strings of the code that look like paths
 */
export function findData(
  notebookFolder: string,
  root: string,
  seen: readonly string[],
  literals: readonly string[],
): DataFiles {
  const named = new Map<string, string>();
  const left = new Map<string, string>();
  for (const literal of literals) {
    const path = resolve(notebookFolder, literal);
    if (!isFile(path)) continue;
    if (isAbsolute(literal)) left.set(path, "the notebook names it by an absolute path");
    else named.set(path, literal);
  }
  const chosen = new Set<string>();
  for (const path of [...named.keys(), ...seen.map((one) => resolve(one))]) {
    if (left.has(path) || !isFile(path)) continue;
    if (!named.has(path) && !isInside(root, path)) left.set(path, "it lies outside of the notebook's project");
    else if (statSync(path).size > LARGEST_FILE_BYTES) left.set(path, "it is larger than 256 MB");
    else chosen.add(path);
  }
  const top = commonFolder([notebookFolder, ...[...chosen].map((path) => dirname(path))]);
  // The notebook's folder keeps its name, so that the layout can be recognised.
  const base = top === notebookFolder ? dirname(notebookFolder) : top;
  const inProject = (path: string): string =>
    ["files", ...relative(base, path).split(sep)].filter((part) => part !== "").join("/");
  const copies = [...chosen].sort().map((path) => [inProject(path), path] as const);
  return {
    folder: inProject(notebookFolder),
    copies: new Map(copies),
    left: [...left].map(([path, because]) => ({ path: path.split(sep).join("/"), because })),
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return !inside.startsWith("..") && !isAbsolute(inside);
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? "/";
  for (const folder of folders) {
    while (!isInside(common, join(folder, "x"))) common = dirname(common);
  }
  return common;
}
