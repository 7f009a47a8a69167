import { dirname, extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { toolsFolder } from "../lineage/tools-folder.js";

/** Tagline's own package: `dist/track/…` and `src/track/…` both lie two floors below it. */
const ownFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** What Tagline keeps for this user: the engine's cache of the compiler is written while a cell may run. */
const ownCache = resolve(toolsFolder());

const codeExtensions = new Set([
  ".js",
  ".mjs",
  ".cjs",
  ".jsx",
  ".ts",
  ".mts",
  ".cts",
  ".tsx",
  ".node",
  ".map",
  ".wasm",
]);

/**
 * The absolute path of what was given to a function of `fs`, or null where it is not a person's data: modules
 * of packages, Tagline's own files, devices, and file descriptors.
 */
export function dataPath(given: unknown): string | null {
  const text = given instanceof URL ? urlPath(given) : Buffer.isBuffer(given) ? given.toString() : given;
  if (typeof text !== "string" || text === "") return null;
  const path = resolve(text);
  if (/^\/(dev|proc|sys)\//.test(path)) return null;
  if (path.includes(`${sep}.tagline${sep}`)) return null;
  if (path.startsWith(ownFolder + sep) || path.startsWith(ownCache + sep)) return null;
  if (path.endsWith(`${sep}package.json`)) return null;
  if (path.includes(`${sep}node_modules${sep}`) && codeExtensions.has(extname(path))) return null;
  return path;
}

function urlPath(url: URL): string | null {
  return url.protocol === "file:" ? fileURLToPath(url) : null;
}
