import { createRequire } from "node:module";
import type TS from "typescript";
import { loadCached } from "./load-cached.js";

/**
 * The TypeScript compiler. It weighs 9 MB and takes a quarter of a second, so it is loaded by the first call
 * of `loadTypeScript`, which every entry of this room makes; until then this is undefined.
 */
export let ts: typeof TS;

export function loadTypeScript(): void {
  if (ts !== undefined) return;
  const path = createRequire(import.meta.url).resolve("typescript");
  // CommonJS, loaded synchronously: the type of what it gives cannot be known to the checker.
  ts = loadCached(path, "typescript") as typeof TS;
}
