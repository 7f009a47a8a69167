import { readFileSync, statSync } from "node:fs";
import { ownValue } from "../lineage/own-value.js";
import { projectFiles } from "../lineage/project.js";

/** What a notebook's person may want of the kernel, in README's words. */
export interface NotebookSettings {
  /** Whether type errors keep a cell from running. */
  readonly typecheck: boolean;
  readonly track: boolean;
  /** See `TAGLINE_TFJS_BACKEND`; null: by rule. */
  readonly tfjsBackend: string | null;
}

export interface SettingsOptions {
  /** The notebook's file, absolute; null if nobody told. */
  readonly notebook: string | null;
  /** The project's root, absolute. */
  readonly root: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Reads the settings, each time from files as they are then: for each one the environment (`TAGLINE_TYPECHECK`, `TAGLINE_TRACK`,
 * `TAGLINE_TFJS_BACKEND`), else the notebook's metadata (`"tagline": { "typecheck": false }`), else the catalog
 * (`"settings": { "typecheck": false }`). A notebook in JavaScript is not held to types unless its own metadata says so.
 */
export function settingsReader({ notebook, root, environment = process.env }: SettingsOptions): () => NotebookSettings {
  const readNotebook = jsonReader(notebook);
  const readCatalog = jsonReader(projectFiles(root).catalog);
  return () => {
    const metadata = ownValue(readNotebook(), "metadata");
    const own = ownValue(metadata, "tagline");
    const all = ownValue(readCatalog(), "settings");
    const find = <T>(name: string, is: (value: unknown) => value is T): T | undefined =>
      [ownValue(own, name), ownValue(all, name)].find(is);
    const untyped = isJavaScript(metadata) && !isBoolean(ownValue(own, "typecheck"));
    return {
      typecheck:
        switched(environment["TAGLINE_TYPECHECK"]) ?? (untyped ? false : (find("typecheck", isBoolean) ?? true)),
      track: switched(environment["TAGLINE_TRACK"]) ?? find("track", isBoolean) ?? true,
      tfjsBackend: environment["TAGLINE_TFJS_BACKEND"] || (find("tfjsBackend", isText) ?? null),
    };
  };
}

/** True for a notebook whose kernelspec or language says JavaScript, as that of tslab's `jslab` does. */
export function isJavaScript(metadata: unknown): boolean {
  const kernelspec = ownValue(metadata, "kernelspec");
  const language = ownValue(kernelspec, "language") ?? ownValue(metadata, "language_info", "name");
  return typeof language === "string"
    ? language.toLowerCase() === "javascript"
    : ownValue(kernelspec, "name") === "jslab";
}

/** A switch of the environment; undefined if it is not set. */
function switched(value: string | undefined): boolean | undefined {
  const word = value?.trim().toLowerCase();
  return word === undefined || word === "" ? undefined : !["off", "false", "0", "no"].includes(word);
}

/** A JSON file's content, read again whenever it was saved; undefined while it has none. */
function jsonReader(path: string | null): () => unknown {
  let saved = "";
  let content: unknown;
  return () => {
    if (path === null) return undefined;
    try {
      const { mtimeMs, size } = statSync(path);
      const state = `${mtimeMs} ${size}`;
      if (state !== saved) {
        content = JSON.parse(readFileSync(path, "utf8"));
        saved = state;
      }
    } catch {
      // Moved, or half written: as it was last.
    }
    return content;
  };
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
