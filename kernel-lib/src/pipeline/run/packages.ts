import { existsSync, readFileSync, realpathSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownVersion } from "../../lineage/own-version.js";
import { tfjsNodeFolder } from "../../lineage/tools-folder.js";

/** An installed package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Its real folder. */
  readonly folder: string;
}

/** Our own package's folder, whether it stands in a clone or in somebody's `node_modules`. */
export const ownFolder = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[\\/]$/, "");

/**
 * Finds a package as a notebook's import would: from the notebook's folder upward, then among Tagline's own
 * dependencies and what `tagline setup` set up. `tagline` is always this very one. Null if it is not installed.
 */
export function findPackage(name: string, notebookFolder: string): InstalledPackage | null {
  if (name === "tagline") return { name, version: ownVersion(), folder: ownFolder };
  for (const start of [notebookFolder, ownFolder, tfjsNodeFolder()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      const found = existsSync(join(candidate, "package.json")) ? readPackage(candidate) : null;
      if (found !== null) return { name, version: found.version, folder: realpathSync(candidate) };
      if (dirname(folder) === folder) break;
    }
  }
  return null;
}

/** `@tensorflow/tfjs/dist/x.js` is of the package `@tensorflow/tfjs`; null for `./x`, `/x`, `node:fs`, `fs` and `#x`. */
export function packageOf(specifier: string): string | null {
  if (/^[./#]/.test(specifier) || /^[a-z]+:/i.test(specifier)) return null;
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  return builtinModules.includes(name) || name === "" ? null : name;
}

/**
 * Specifiers that a module's text imports, re-exports or requires, as literals. Text in comments and strings may add some:
 * callers look each one up, and what is not there does no harm.
 */
export function importedSpecifiers(text: string): readonly string[] {
  const known = specifiers.get(text);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const pattern = /\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g;
  for (const match of text.matchAll(pattern)) if (match[2] !== undefined) found.add(match[2]);
  if (specifiers.size >= TEXTS_KNOWN) specifiers.clear();
  const sorted = [...found].sort();
  specifiers.set(text, sorted);
  return sorted;
}

/** By text: each of a thousand steps asks about all modules before it. */
const specifiers = new Map<string, readonly string[]>();
const TEXTS_KNOWN = 5000;

/** Packages that a module's text imports, sorted; builtins and relative modules are none. */
export function importedPackages(text: string): string[] {
  return [...new Set(importedSpecifiers(text).map(packageOf))].filter((name) => name !== null).sort();
}

function readPackage(folder: string): { readonly version: string } | null {
  try {
    const json: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const found = typeof json === "object" && json !== null && "version" in json ? json.version : null;
    return { version: typeof found === "string" ? found : "0.0.0" };
  } catch {
    return null;
  }
}
