import { posix } from "node:path";
import { findPackage, importedPackages, importedSpecifiers } from "./packages.js";

/** Where the code of a program's steps comes from. */
export interface ModuleSource {
  /** Absolute folder with `steps/<name>.js` and source maps beside; made when first asked for. */
  folder(): Promise<string>;
  /** Hash of all code that a step runs. */
  codeHash(step: string): string;
  /** Versions of the packages that a step's code imports, by name. */
  packages(step: string): Readonly<Record<string, string>>;
  /** Path of the main module of its steps' processes. Default: that of the compiled package. */
  readonly host?: string;
}

/**
 * Texts of a module and of the modules of the program that it imports, itself first. Paths as in `steps/train.ts`.
 *
 * @param only which of them to give; default: all
 */
export function reachableTexts(
  entry: string,
  read: (path: string) => string | undefined,
  only: (path: string) => boolean = () => true,
): string[] {
  const texts = new Map<string, string>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const text = texts.has(path) ? undefined : read(path);
    if (text === undefined) continue;
    texts.set(path, text);
    for (const specifier of [...importedSpecifiers(text), ...modelModules(text)]) {
      if (!specifier.startsWith(".")) continue;
      const target = posix.join(posix.dirname(path), specifier);
      queue.push(target.replace(/\.(m?)js$/, ".$1ts"), target);
    }
  }
  return [...texts].filter(([path]) => only(path)).map(([, text]) => text);
}

/** Modules of models that a step's text names (see `siteEdit`). */
function modelModules(text: string): string[] {
  return [...text.matchAll(/\bmodule: "(\.\.\/models\/[^"\n]+)"/g)].flatMap((match) => match[1] ?? []);
}

/** Versions of the packages that texts import, by name; one that is not installed has the version `none`. */
export function packageVersions(texts: readonly string[], folder: string): Record<string, string> {
  const names = [...new Set(texts.flatMap(importedPackages))].filter((name) => name !== "tagline").sort();
  return Object.fromEntries(names.map((name) => [name, findPackage(name, folder)?.version ?? "none"]));
}
