import { createRequire } from "node:module";

const loaded = new Map<string, string>();

/**
 * Makes Node forget a CommonJS file that it loaded under another key, so that the next `require` runs its new text.
 *
 * @param key see `ModuleNode`
 */
export function freshCommonJs(path: string, key: string): void {
  const before = loaded.get(path);
  loaded.set(path, key);
  if (before !== undefined && before !== key) delete createRequire(path).cache[path];
}
