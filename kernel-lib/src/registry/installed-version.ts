import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of our own package, whether it stands in a clone or in somebody's `node_modules`. */
const ownFolder = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Version of a package as the code in `folder` (absolute) gets it: from there upward, then of Tagline's own; `none` if there is none. */
export function installedVersion(name: string, folder: string): string {
  for (const start of [folder, ownFolder]) {
    for (let at = start; ; at = dirname(at)) {
      const path = join(at, "node_modules", name, "package.json");
      if (existsSync(path)) return versionIn(path);
      if (dirname(at) === at) break;
    }
  }
  return "none";
}

function versionIn(path: string): string {
  const json: unknown = JSON.parse(readFileSync(path, "utf8"));
  const version = typeof json === "object" && json !== null && "version" in json ? json.version : null;
  return typeof version === "string" ? version : "0.0.0";
}
