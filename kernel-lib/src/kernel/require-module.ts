import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importModule } from "../analyze/import-module.js";
import { resolveModule } from "../analyze/resolve-module.js";
import type { ModuleLoader } from "../track/bindings.js";

/** How the notebook in `folder` (absolute) loads modules: from its folder upward, then Tagline's own, `tagline` being this very process's. */
export function createLoader(folder: string): ModuleLoader {
  const require = createRequire(pathToFileURL(join(folder, "notebook.cjs")));
  return {
    import: (specifier) => importModule(specifier, folder),
    require: Object.assign((specifier: string): unknown => require(target(specifier, folder, require)), require),
  };
}

function target(specifier: string, folder: string, require: NodeJS.Require): string {
  try {
    return specifier === "tagline" ? ownPath(specifier, folder) : require.resolve(specifier);
  } catch {
    // Not beside the notebook: Tagline's own, or an error that says what to install.
    return ownPath(specifier, folder);
  }
}

function ownPath(specifier: string, folder: string): string {
  const url = resolveModule(specifier, folder);
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
