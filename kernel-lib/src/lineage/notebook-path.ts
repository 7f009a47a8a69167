import { existsSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * The notebook's path as the log has it: relative to the project's root where it lies inside, else absolute; null if the
 * server did not tell. `JPY_SESSION_NAME` is absolute, or begins at the server's root or at the kernel's folder.
 */
export function notebookPath(session: string | undefined, folder: string, root: string): string | null {
  if (session === undefined || !session.endsWith(".ipynb")) return null;
  const path = isAbsolute(session)
    ? session
    : [resolve(folder, session), join(folder, basename(session)), resolve(root, session)].find((candidate) =>
        existsSync(candidate),
      );
  if (path === undefined) return session;
  const inside = relative(root, path);
  return (inside.startsWith("..") || isAbsolute(inside) ? path : inside).split(sep).join("/");
}
