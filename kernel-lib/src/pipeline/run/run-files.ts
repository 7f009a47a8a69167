import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** What the pipeline keeps under `.tagline/`, besides the log and the objects. All of `cache/` may be deleted at any time. */
export interface RunFiles {
  /** The project root, absolute. */
  readonly root: string;
  readonly objects: string;
  /** Compiled notebooks: `<key>.json`. */
  readonly plans: string;
  /** Transpiled modules: a folder for each set of texts. */
  readonly modules: string;
  /** Earlier results: `<static key>.json`. */
  readonly steps: string;
  /** The latest run of each step, by notebook, to say what is different. */
  readonly latest: string;
  /** A run's folder, with `notebook.ipynb` as it was, `executed.ipynb` with what each cell showed, `run.json` and `outputs/<step>.json`. */
  run(id: string): string;
}

export function runFiles(root: string): RunFiles {
  const folder = join(root, ".tagline");
  return {
    root,
    objects: join(folder, "objects"),
    plans: join(folder, "cache", "plans"),
    modules: join(folder, "cache", "modules"),
    steps: join(folder, "cache", "steps"),
    latest: join(folder, "cache", "latest"),
    run: (id) => join(folder, "runs", id),
  };
}

/** Writes a whole file at once: a reader sees the old content or the new, never a part. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** A JSON file of our own making; null if it is missing or damaged, which for a cache is the same. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Gives a file a second name, without a copy where the file system can; quietly nothing if it is gone. */
export function linkFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    try {
      writeFileSync(to, readFileSync(from));
    } catch {
      // The display of an old run was deleted: its values still hold.
    }
  }
}

/** A path inside the project relative to its root, else absolute; `/` separated. */
export function shortPath(root: string, path: string): string {
  const inside = relative(root, path);
  const short = inside !== "" && !inside.startsWith("..") && !isAbsolute(inside) ? inside : path;
  return sep === "/" ? short : short.replaceAll(sep, "/");
}

/** Removes the oldest entries of a cache folder, so that `keep` stay: every edit of a notebook adds one. */
export function pruneFolder(folder: string, keep: number): void {
  try {
    const entries = readdirSync(folder).map((name) => ({
      path: join(folder, name),
      ms: statSync(join(folder, name)).mtimeMs,
    }));
    entries.sort((a, b) => b.ms - a.ms);
    for (const { path } of entries.slice(keep)) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process prunes at the same time: one of the two will do.
  }
}
