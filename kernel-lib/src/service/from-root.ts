import { relative, sep } from "node:path";

/** `/` separated path from a folder, or null outside of it. */
export function fromRoot(root: string, path: string): string | null {
  const way = relative(root, path);
  return way.startsWith("..") ? null : way.split(sep).join("/");
}
