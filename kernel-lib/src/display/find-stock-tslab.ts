import { createRequire } from "node:module";

/** The stock tslab kernel's module of a name (`jupyter`), if this process is that kernel; else undefined. */
export function findStockTslab(name: string): object | undefined {
  // tslab puts this into the global object for the code of its cells.
  if (!("__tslab__" in globalThis)) return undefined;
  const { cache } = createRequire(import.meta.url);
  const end = new RegExp(`[\\\\/]tslab[\\\\/]dist[\\\\/]${name}\\.js$`);
  const path = Object.keys(cache).find((file) => end.test(file));
  const found: unknown = path === undefined ? undefined : cache[path]?.exports;
  return typeof found === "object" && found !== null ? found : undefined;
}
