import { fileURLToPath } from "node:url";
import { ownTwin } from "./own-twin.js";

/** True when Tagline runs from its TypeScript sources (its own tests), false from `dist`. */
const fromSources = import.meta.url.endsWith(".ts");

/** `dist/`, or `src/` when running from sources, with a slash at its end. */
const ownCode = new URL("../", import.meta.url);

/** Folder of Tagline's package.json: where its own dependencies are found from. */
export const ownFolder: string = fileURLToPath(new URL("../", ownCode)).replace(/[\\/]$/, "");

/** Files behind the package's `exports`, so that a notebook meets the very modules that run. */
const entries: Readonly<Record<string, string>> = {
  tagline: "index",
  "tagline/notebook": "notebook/index",
  "tagline/pipeline": "pipeline/run/index",
  "tagline/pipeline/compile": "pipeline/compile/index",
  "tagline/service/api": "service/api",
  "tagline/tslab": "display/tslab",
  // Notebooks that were written for tslab's kernel show values by this; tslab's own code would need its kernel.
  tslab: "display/tslab",
};

export function isOwn(specifier: string): boolean {
  return specifier === "tagline" || specifier === "tslab" || specifier.startsWith("tagline/");
}

/** URL of the file to run for `tagline` or `tagline/…`, or null if the package exports no such thing. */
export function ownModuleUrl(specifier: string): string | null {
  if (specifier === "tagline/package.json") return new URL("../package.json", ownCode).href;
  const entry = entries[specifier];
  return entry === undefined ? null : ownTwin(new URL(`${entry}${fromSources ? ".ts" : ".js"}`, ownCode).href);
}

/** Path of the file with the types of `tagline` or `tagline/…`, or null. */
export function ownTypesPath(specifier: string): string | null {
  const entry = entries[specifier];
  return entry === undefined ? null : fileURLToPath(new URL(`${entry}${fromSources ? ".ts" : ".d.ts"}`, ownCode));
}
