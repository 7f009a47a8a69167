import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CompiledNotebook } from "./load-program.js";
import { type ModuleSource, packageVersions, reachableTexts } from "./module-source.js";
import { findPackage, importedPackages, ownFolder } from "./packages.js";
import type { RunFiles } from "./run-files.js";

/** The modules of a compiled notebook, transpiled once for each set of texts. */
export function notebookModules(compiled: CompiledNotebook, notebookFolder: string, files: RunFiles): ModuleSource {
  let folder: Promise<string> | undefined;
  return {
    folder: () => (folder ??= transpileModules(compiled.texts, notebookFolder, files)),
    codeHash: (step) => compiled.program.plan.steps.find((one) => one.name === step)?.codeHash ?? "",
    packages: (step) => packageVersions(reachableTexts(`steps/${step}.ts`, (path) => compiled.texts[path]), notebookFolder),
  };
}

/**
 * The folder stands under `.tagline/`, from where a notebook's imports would not be found: its `node_modules` has a link to
 * each package, as it is resolved from the notebook's folder.
 */
async function transpileModules(
  texts: Readonly<Record<string, string>>,
  notebookFolder: string,
  files: RunFiles,
): Promise<string> {
  const names = new Set(["tagline", ...Object.values(texts).flatMap(importedPackages)]);
  const links = [...names].sort().flatMap((name) => findPackage(name, notebookFolder) ?? []);
  const identity = JSON.stringify([ownFolder, notebookFolder, texts, links]);
  const target = join(files.modules, createHash("sha256").update(identity).digest("hex").slice(0, 32));
  if (existsSync(target)) return target;
  const { transpileStep } = await import("../../analyze/index.js");
  const partial = `${target}.${process.pid}.tmp`;
  for (const [path, text] of Object.entries(texts)) {
    const { code, map } = transpileStep(text, path);
    const file = join(partial, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    writeFileSync(file.replace(/ts$/, "js"), code);
    writeFileSync(file.replace(/ts$/, "js.map"), map);
  }
  writeFileSync(join(partial, "package.json"), '{ "type": "module" }\n');
  // Values that packages make (tables, tensors) come back as those of the notebook's own copy: what stands here finds it.
  writeFileSync(join(partial, "load-package.js"), "export default (specifier) => import(specifier);\n");
  for (const link of links) {
    const path = join(partial, "node_modules", link.name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(link.folder, path, "junction");
  }
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run of the same notebook was quicker.
    if (!existsSync(target)) throw error;
  }
  return target;
}
