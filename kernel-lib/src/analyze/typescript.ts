import { createRequire } from "node:module";
import type TS from "typescript";

/**
 * The TypeScript compiler. It weighs 9 MB and takes a quarter of a second, so it is loaded by the first call
 * of `loadTypeScript`, which every entry of this room makes; until then this is undefined.
 */
export let ts: typeof TS;

export function loadTypeScript(): void {
  // CommonJS, loaded synchronously: the type of what `require` gives cannot be known to the checker.
  ts ??= createRequire(import.meta.url)("typescript") as typeof TS;
}
