import { Module } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importModule, readyProjectModules, requireFrom } from "../analyze/import-module.js";
import type { ModuleLoader } from "../track/bindings.js";

/** How the notebook in `folder` (absolute) loads modules: from its folder upward, then Tagline's own, `tagline` being this very process's. */
export function createLoader(folder: string): ModuleLoader {
  const file = join(folder, "notebook.cjs");
  const module = new Module(".");
  module.filename = file;
  const require = requireFrom(pathToFileURL(file).href);
  return {
    // `import(x, { with: … })` gives options instead, which nothing here needs.
    import: (specifier, names) => importModule(specifier, folder, Array.isArray(names) ? names : []),
    // Scripts that ask `require.main === module` are run, not loaded.
    require: Object.assign(require, { main: module }),
    module,
  };
}

// `require` waits for nothing.
await readyProjectModules();
