import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isPath, resolveModule } from "./resolve-module.js";

/**
 * What stands on disk behind a specifier, as far as it may change while a notebook is open: a file of the person's own by
 * its time, a package by whether it is there.
 */
export function importState(specifier: string, folder: string): string {
  try {
    const url = resolveModule(specifier, folder);
    return isPath(specifier) ? `${url} ${statSync(fileURLToPath(url)).mtimeMs}` : url;
  } catch {
    return "missing";
  }
}

/** Specifiers in `import` lines of a text. */
export function importedFrom(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].flatMap((match) => match[1] ?? []);
}
