import { lstat, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ServiceError } from "./errors.js";

/**
 * The absolute path of a notebook that the page names relative to Jupyter's root folder, symbolic links
 * resolved. Throws `outside-root` where it leaves the root, `notebook-missing` where there is none.
 */
export async function confineNotebook(root: string, path: string): Promise<string> {
  if (!path.toLowerCase().endsWith(".ipynb")) {
    throw new ServiceError("bad-request", `Cannot use ${path} as a notebook: name an .ipynb file.`);
  }
  const { base, target } = await enter(root, path);
  try {
    const real = await realpath(target);
    return inside(base, real, path);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError("notebook-missing", `Cannot find the notebook ${path}: save it first.`, { cause: error });
  }
}

/**
 * The absolute path of a file that the page names relative to Jupyter's root folder, symbolic links resolved. Throws
 * `outside-root` where it leaves the root, `file-missing` where there is none.
 */
export async function confineFile(root: string, path: string): Promise<string> {
  const { base, target } = await enter(root, path);
  try {
    const real = inside(base, await realpath(target), path);
    if (!(await stat(real)).isFile()) throw new ServiceError("file-missing", `Cannot use ${path}: it is no file.`);
    return real;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError("file-missing", `Cannot find the file ${path}.`, { cause: error });
  }
}

/** The absolute path of a file or folder that need not exist yet; whatever exists of its way lies inside the root. */
export async function confineNew(root: string, path: string): Promise<string> {
  const { base, target } = await enter(root, path);
  const missing: string[] = [];
  for (let at = target; ; at = dirname(at)) {
    try {
      return join(inside(base, await realpath(at), path), ...missing);
    } catch (error) {
      if (error instanceof ServiceError || at === dirname(at)) throw error;
      // A link whose target is missing would be followed when the folder is made.
      if (await exists(at))
        throw new ServiceError("outside-root", `Cannot reach ${path}: it is a link to nothing.`, { cause: error });
      missing.unshift(basename(at));
    }
  }
}

async function enter(root: string, path: string): Promise<{ base: string; target: string }> {
  if (path === "" || path.includes("\0"))
    throw new ServiceError("bad-request", "Cannot use an empty path: name a file under Jupyter's root folder.");
  const base = await realpath(root);
  const target = resolve(base, path.replace(/^\/+/, ""));
  inside(base, target, path);
  return { base, target };
}

function inside(base: string, target: string, path: string): string {
  const way = relative(base, target);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new ServiceError("outside-root", `Cannot reach ${path}: it lies outside Jupyter's root folder.`);
  }
  return target;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
