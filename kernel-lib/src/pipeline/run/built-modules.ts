import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ModuleSource, packageVersions, reachableTexts } from "./module-source.js";

/**
 * The modules of an exported project, as its own `tsc` compiled them. A step's identity is their text, so that a step that was
 * edited there runs again.
 */
export function builtModules(dist: string, projectFolder: string): ModuleSource {
  const texts = (step: string): string[] =>
    reachableTexts(`steps/${step}.ts`, (path) => readText(join(dist, path.replace(/ts$/, "js"))));
  return {
    folder: async () => dist,
    codeHash: (step) =>
      createHash("sha256")
        .update(JSON.stringify(texts(step)))
        .digest("hex"),
    packages: (step) => packageVersions(texts(step), projectFolder),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
