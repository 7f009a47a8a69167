import { existsSync, statSync } from "node:fs";
import { builtinModules, createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { tfjsNodeFolder } from "../lineage/tools-folder.js";
import { nearest } from "../notebook/nearest.js";
import { isOwn, ownFolder, ownModuleUrl } from "./own-package.js";

const conditions = new Set(["node", "import", "node-addons"]);

/** What a TypeScript author may leave off a relative specifier. */
const extensions = [
  ...[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"],
  ...["/index.ts", "/index.tsx", "/index.mts", "/index.js", "/index.mjs", "/index.cjs"],
];

/**
 * The URL that `import specifier` means for a notebook in `folder` (absolute): ESM resolution from the folder
 * upward, then from Tagline's own dependencies, then from what `tagline setup` set up. `tagline` and `tagline/…` are
 * always the running Tagline's own.
 * Throws an Error that says what to install.
 */
export function resolveModule(specifier: string, folder: string): string {
  if (isOwn(specifier)) return resolveOwn(specifier);
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  if (specifier.startsWith("node:")) throw unknownBuiltin(specifier);
  if (/^(?:data|https?):/.test(specifier)) return specifier;
  // A file of that name need not exist: only its folder matters.
  const base = pathToFileURL(join(folder, "notebook.mjs"));
  if (isPath(specifier)) return resolvePath(specifier, base);
  return resolveBare(specifier, base, folder);
}

/** `./x`, `../x`, `/x` or `file:…`. */
export function isPath(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:|\.{1,2}$)/.test(specifier);
}

function resolveOwn(specifier: string): string {
  const url = ownModuleUrl(specifier);
  if (url === null) throw new Error(`Cannot import "${specifier}": Tagline has no such part. Import from "tagline".`);
  return url;
}

function resolvePath(specifier: string, base: URL): string {
  const url = new URL(specifier, base);
  const path = fileURLToPath(url);
  const found = candidates(path).find(isFile);
  if (found === undefined) {
    throw new Error(
      `Cannot import "${specifier}": there is no file ${path}. Check the path; it starts at the notebook's folder.`,
    );
  }
  const result = pathToFileURL(found);
  result.search = url.search;
  return result.href;
}

/** The path itself, then `./x.js` meaning `./x.ts` as TypeScript has it, then missing extensions. */
function candidates(path: string): string[] {
  const typed = path.replace(/\.([cm]?)js$/, ".$1ts").replace(/\.jsx$/, ".tsx");
  const others = typed === path ? [] : path.endsWith(".js") ? [typed, path.replace(/js$/, "tsx")] : [typed];
  return [path, ...others, ...extensions.map((extension) => path + extension)];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function resolveBare(specifier: string, base: URL, folder: string): string {
  let problem: unknown;
  const tools = pathToFileURL(join(tfjsNodeFolder(), "tools.mjs"));
  for (const from of [base, new URL(import.meta.url), tools]) {
    try {
      return moduleResolve(specifier, from, conditions).href;
    } catch (error) {
      const byRequire = resolveAsRequire(specifier, from);
      if (byRequire !== null) return byRequire;
      problem = error;
      // The package is there, and has no such entry: another copy elsewhere would only confuse.
      if (codeOf(error) === "ERR_PACKAGE_PATH_NOT_EXPORTED") break;
    }
  }
  throw explain(specifier, folder, problem);
}

/** `lodash/fp` without an extension, or an old package whose main has none: Node's `require` finds them, `import` does not. */
function resolveAsRequire(specifier: string, from: URL): string | null {
  try {
    return pathToFileURL(createRequire(from).resolve(specifier)).href;
  } catch {
    return null;
  }
}

function explain(specifier: string, folder: string, cause: unknown): Error {
  const name = packageName(specifier);
  if (codeOf(cause) === "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    return new Error(
      `Cannot import "${specifier}": the package ${name} does not export it. See "exports" in its package.json.`,
      { cause },
    );
  }
  if (name === "@tensorflow/tfjs-node")
    return new Error(`Cannot import "${specifier}": it is not set up. Run: npx tagline setup tfjs-node`, { cause });
  if (name !== specifier && isInstalled(name, folder))
    return new Error(`Cannot import "${specifier}": the package ${name} is installed, and has no such file.`);
  const meant = nearest(name, builtins);
  const hint = meant === null ? "" : `. Or did you mean "node:${meant}"?`;
  // What Node says of it tells of the last place alone where it was looked for.
  return new Error(
    `Cannot import "${specifier}": the package ${name} is not installed. Run in ${folder}: npm install ${name}${hint}`,
  );
}

function isInstalled(name: string, folder: string): boolean {
  const places = [folder, ownFolder].flatMap(
    (from) => createRequire(pathToFileURL(join(from, "notebook.cjs"))).resolve.paths(name) ?? [],
  );
  return places.some((modules) => existsSync(join(modules, name)));
}

const builtins = builtinModules.filter((name) => !name.startsWith("_"));

function unknownBuiltin(specifier: string): Error {
  const meant = nearest(specifier.slice("node:".length), builtins);
  return new Error(
    `Cannot import "${specifier}": Node ${process.versions.node} has no such module${meant === null ? "." : `. Did you mean "node:${meant}"?`}`,
  );
}

/** `@scope/name/sub` is part of the package `@scope/name`. */
export function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
