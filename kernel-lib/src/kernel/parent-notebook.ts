import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The notebook that the command line of the process that started the kernel names first, absolute: nbconvert, `jupyter
 * execute` and papermill tell the kernel no path. Null where there is none, or no `/proc`.
 */
export function parentNotebook(pid: number = process.ppid): string | null {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    const paths = args.filter((arg) => arg.endsWith(".ipynb")).map((arg) => resolve(folder, arg));
    return paths.find((path) => existsSync(path)) ?? null;
  } catch {
    return null;
  }
}
