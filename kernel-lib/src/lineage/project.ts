import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * The root of the project that a folder belongs to: `TAGLINE_PROJECT` if set, else the nearest ancestor (the folder
 * itself included) with `.tagline/`, else with `.git`, else with `package.json`, else the folder.
 *
 * Common ground is passed over, unless the search begins there: the home folder and what lies above it, the temporary
 * folder, and any folder that everybody may write to. A forgotten `~/.tagline`, a `~/.git` of dotfiles or
 * somebody's `/tmp/package.json` would otherwise quietly become the root of every project below.
 */
export function findProjectRoot(folder: string = process.cwd(), env: NodeJS.ProcessEnv = process.env): string {
  if (env["TAGLINE_PROJECT"]) return resolve(env["TAGLINE_PROJECT"]);
  const start = resolve(folder);
  const candidates = ancestors(start).filter((path) => path === start || !isCommonGround(path, env));
  for (const marker of [".tagline", ".git", "package.json"]) {
    const found = candidates.find((path) => hasMarker(path, marker));
    if (found !== undefined) return found;
  }
  return start;
}

/** The places under a project's `.tagline/`. Nothing is made: see `prepareProject`. */
export interface ProjectFiles {
  /** The project root, absolute. */
  readonly root: string;
  /** `.tagline/` itself. */
  readonly folder: string;
  /** What people edit. */
  readonly catalog: string;
  /** Folder of log segments. */
  readonly lineage: string;
  /** Each segment's last known head. */
  readonly heads: string;
  /** Content-addressed bytes. */
  readonly objects: string;
  /** One folder per run: logs, the executed notebook. */
  readonly runs: string;
  readonly claims: string;
}

export function projectFiles(root: string): ProjectFiles {
  const folder = join(resolve(root), ".tagline");
  return {
    root: resolve(root),
    folder,
    catalog: join(folder, "catalog.json"),
    lineage: join(folder, "lineage"),
    heads: join(folder, "lineage", "heads.json"),
    objects: join(folder, "objects"),
    runs: join(folder, "runs"),
    claims: join(folder, "claims"),
  };
}

/** Makes `.tagline/` with its `.gitignore` (git keeps `catalog.json` alone). Does nothing where it stands already. */
export function prepareProject(root: string): ProjectFiles {
  const files = projectFiles(root);
  mkdirSync(files.lineage, { recursive: true });
  const gitignore = join(files.folder, ".gitignore");
  if (!existsSync(gitignore)) writeFileSync(gitignore, "*\n!.gitignore\n!catalog.json\n");
  return files;
}

function ancestors(start: string): string[] {
  const paths = [start];
  for (let path = dirname(start); path !== paths.at(-1); path = dirname(path)) paths.push(path);
  return paths;
}

function isCommonGround(path: string, env: NodeJS.ProcessEnv): boolean {
  const home = resolve(env["HOME"] || homedir());
  if (ancestors(home).includes(path) || path === resolve(tmpdir())) return true;
  try {
    return process.platform !== "win32" && (statSync(path).mode & 0o002) !== 0;
  } catch {
    return true;
  }
}

function hasMarker(path: string, marker: string): boolean {
  const found = statSync(join(path, marker), { throwIfNoEntry: false });
  // `.git` is a file in a worktree or a submodule; `.tagline` must be a folder of ours.
  return found !== undefined && (marker === ".tagline" ? found.isDirectory() : true);
}
