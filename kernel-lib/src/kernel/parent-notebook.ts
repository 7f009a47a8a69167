import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The notebook that the command line of the process that started the kernel names first, absolute: nbconvert, `jupyter
 * execute` and papermill tell the kernel no path. Null where there is none, or no `/proc`.
 */
export function parentNotebook(pid: number = process.ppid): string | null {
  return notebooksOf(pid).paths.find((path) => existsSync(path)) ?? null;
}

/**
 * What such a command runs, and where papermill writes the notebook as executed; absolute. Null for other parents: a server that was
 * started with a notebook may start kernels for others.
 */
export function executingParent(
  pid: number = process.ppid,
): { readonly input: string; readonly executed: string | null } | null {
  const { args, paths } = notebooksOf(pid);
  const isPapermill = args.some((arg) => /\bpapermill\b/.test(arg) && !arg.endsWith(".ipynb"));
  if (!isPapermill && !args.some((arg) => /\bnbconvert\b|\bexecute$/.test(arg))) return null;
  const at = paths.findIndex((path) => existsSync(path));
  const input = paths[at];
  return input === undefined ? null : { input, executed: isPapermill ? (paths[at + 1] ?? null) : null };
}

function notebooksOf(pid: number): { readonly args: readonly string[]; readonly paths: readonly string[] } {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    // What nbconvert shall write is an option's value: `--output done.ipynb`.
    const named = args.filter((arg, at) => /^[^-].*\.ipynb$/.test(arg) && args[at - 1] !== "--output");
    return { args, paths: named.map((arg) => resolve(folder, arg)) };
  } catch {
    return { args: [], paths: [] };
  }
}
