import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { projectFiles } from "../lineage/project.js";
import { findPackage, importedPackages, ownFolder } from "../pipeline/run/packages.js";
import type { ModelManifest } from "../registry/model-version.js";

/** True in Tagline's own tests: plain Node, which runs what is written here, cannot import our TypeScript. */
const isFromSources = import.meta.url.endsWith(".ts");

/** The folder whose packages a version's code means: its notebook's. */
export function importFolder(root: string, manifest: ModelManifest): string {
  return manifest.notebook === null ? root : dirname(resolve(root, manifest.notebook));
}

/**
 * Writes a version's code where it can be imported, its packages resolved as its notebook means them, and gives the URL.
 * Made once for the same code and packages; like all of `.tagline/cache/`, it may be deleted at any time.
 */
export async function servingModule(root: string, manifest: ModelManifest, text: string): Promise<string> {
  const folder = importFolder(root, manifest);
  const installed = importedPackages(text).map((name) => findPackage(name, folder));
  const key = createHash("sha256")
    .update(JSON.stringify([ownFolder, folder, text, installed]))
    .digest("hex");
  const target = join(projectFiles(root).folder, "cache", "serving", key.slice(0, 32));
  const url = pathToFileURL(join(target, "entry.js")).href;
  if (existsSync(target)) return url;
  const { resolveModule, transpileStep } = await import("../analyze/index.js");
  const { code, map } = transpileStep(text, {
    fileName: "entry.ts",
    resolve: (specifier) => resolveModule(specifier, folder),
    ...(isFromSources ? {} : { helper: new URL("../analyze/import-module.js", import.meta.url).href }),
    url: pathToFileURL(resolve(root, manifest.notebook ?? "notebook.ipynb")).href,
  });
  const partial = `${target}.${process.pid}.tmp`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "entry.js"), code);
  writeFileSync(join(partial, "entry.js.map"), map);
  writeFileSync(join(partial, "package.json"), '{ "type": "module" }\n');
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another server of the same version was quicker.
    if (!existsSync(target)) throw error;
  }
  return url;
}
