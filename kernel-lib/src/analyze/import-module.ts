import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nearest } from "../notebook/nearest.js";
import { explainLoading } from "./explain-loading.js";
import { isProjectFile, isTypeScriptUrl } from "./modules/is-project-file.js";
import { setModuleHelpers } from "./modules/module-helpers.js";
import type { Namespace } from "./modules/namespace.js";
import type { ProjectModule } from "./modules/project-module.js";
import { isOwn } from "./own-package.js";
import { isPath, resolveModule } from "./resolve-module.js";

/** Modules loaded through here keep one namespace object each, as `import` does. */
const namespaces = new Map<string, Namespace>();
const views = new WeakMap<object, Namespace>();

let makeProjectModule: ((url: string) => ProjectModule) | null = null;

/**
 * Gets ready what makes TypeScript files of the project run, which `require` cannot wait for. It brings the compiler's
 * code along, so that a step, whose files are made already, does without.
 */
export async function readyProjectModules(): Promise<void> {
  const { projectModule } = await import("./modules/project-module.js");
  makeProjectModule = projectModule;
  setModuleHelpers({
    view: (url, namespace, names) => checked(viewOf(url, namespace), names, url),
    load: (path, names) => checked(path.endsWith(".json") ? readJson(path) : requireView(path), names, path),
    import: (specifier, folder) => importModule(String(specifier), folder),
    requireFrom,
  });
}

/**
 * `import(specifier)` as a notebook in `folder` (absolute) means it, kinder to CommonJS: all its properties are
 * named exports, and `default` is `module.exports`, or its `default` where it says `__esModule`.
 * Files of the project (`./x.ts`, `../x.js`, `x.json`) are read through `fs`, so that whoever tracks files sees them, and anew each
 * time: one that changed, or that imports one which did, is another module.
 *
 * @param names what an `import` statement takes of it; throws a SyntaxError if one is not there
 */
export async function importModule(
  specifier: string,
  folder: string,
  names: readonly string[] = [],
): Promise<Namespace> {
  const url = resolveModule(specifier, folder);
  const isProject = isTypeScriptUrl(url) || (isPath(specifier) && isProjectFile(url));
  try {
    const namespace = isProject && isProjectFile(url) ? await importProject(url) : await importUrl(url);
    return checked(namespace, names, specifier);
  } catch (error) {
    throw explainLoading(error, folder);
  }
}

/** The same for a URL that `resolveModule` gave, whatever file it names. */
export async function importUrl(url: string): Promise<Namespace> {
  if (isJson(url)) return readJson(fileURLToPath(url));
  if (isTypeScriptUrl(url) && isProjectFile(url)) return importProject(url);
  const known = namespaces.get(url);
  if (known !== undefined) return known;
  return viewOf(url, await import(url));
}

/** `require` as a notebook means it: from its folder (a URL of any file in it), then from among Tagline's own dependencies. */
export function requireFrom(url: string): NodeJS.Require {
  const native = createRequire(url);
  const folder = dirname(fileURLToPath(url));
  const load = (specifier: string): unknown => {
    try {
      return native(requirable(specifier, folder, native));
    } catch (error) {
      throw explainLoading(error, folder, specifier);
    }
  };
  return Object.assign(load, native);
}

/** What Node's `require` takes for a specifier: the made file for one of the project's TypeScript. */
function requirable(specifier: string, folder: string, native: NodeJS.Require): string {
  const found = resolveRequire(specifier, folder, native);
  if (makeProjectModule === null || !found.startsWith("/")) return found;
  const url = pathToFileURL(found).href;
  if (!isProjectFile(url) || !(isPath(specifier) || isTypeScriptUrl(url))) return found;
  const made = makeProjectModule(url);
  // Read anew each time, as by `import`.
  if (made.kind === "json") delete native.cache[made.path];
  return made.path;
}

function resolveRequire(specifier: string, folder: string, native: NodeJS.Require): string {
  try {
    // Tagline is always the running one.
    if (!isOwn(specifier)) return native.resolve(specifier);
  } catch {
    // Not beside the notebook: TypeScript, Tagline's own, or an error that says what to install.
  }
  const url = resolveModule(specifier, folder);
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

async function importProject(url: string): Promise<Namespace> {
  if (makeProjectModule === null) await readyProjectModules();
  if (makeProjectModule === null) throw new Error(`Cannot import ${url}: its maker did not load`);
  const { path, kind } = makeProjectModule(url);
  if (kind === "json") return readJson(path);
  if (kind === "commonjs") return requireView(path);
  return await import(pathToFileURL(path).href);
}

/** Throws what Node says of an import that names what is not there. */
function checked(namespace: Namespace, names: readonly string[], specifier: string): Namespace {
  for (const name of names) {
    if (name in namespace) continue;
    const meant = nearest(name, Object.keys(namespace));
    const hint = meant === null ? "" : `. Did you mean ${JSON.stringify(meant)}?`;
    throw new SyntaxError(
      `The requested module ${JSON.stringify(specifier)} does not provide an export named '${name}'${hint}`,
    );
  }
  return namespace;
}

function isJson(url: string): boolean {
  return url.startsWith("file:") && new URL(url).pathname.endsWith(".json");
}

function readJson(path: string): Namespace {
  const value: unknown = JSON.parse(fs.readFileSync(path, "utf8"));
  const named = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return Object.freeze({ ...named, default: value });
}

/** What a CommonJS file gives to `require`, as a namespace. */
function requireView(path: string): Namespace {
  const exports: unknown = createRequire(path)(path);
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return { default: exports };
  return commonJsView(exports);
}

function viewOf(url: string, loaded: Namespace): Namespace {
  const namespace = namespaces.get(url) ?? commonJsNamespace(url, loaded) ?? loaded;
  namespaces.set(url, namespace);
  return namespace;
}

/** The friendly view of a CommonJS module, or null if the module is no CommonJS. */
function commonJsNamespace(url: string, loaded: Namespace): Namespace | null {
  if (!url.startsWith("file:")) return null;
  const cached = createRequire(url).cache[fileURLToPath(url)];
  // Node's own view of a CommonJS module has `module.exports` as default; nothing else is cached so.
  if (cached === undefined || cached.exports !== loaded["default"]) return null;
  const exports: unknown = cached.exports;
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return loaded;
  return commonJsView(exports);
}

function commonJsView(exports: object): Namespace {
  const known = views.get(exports);
  if (known !== undefined) return known;
  const view: Record<string, unknown> = {};
  for (const name of exportNames(exports)) {
    // A getter, because CommonJS modules may fill `exports` late.
    Object.defineProperty(view, name, { enumerable: true, get: () => Reflect.get(exports, name) });
  }
  const marked = "__esModule" in exports && exports.__esModule === true && "default" in exports;
  Object.defineProperty(view, "default", {
    enumerable: true,
    get: () => (marked ? Reflect.get(exports, "default") : exports),
  });
  Object.defineProperty(view, Symbol.toStringTag, { value: "Module" });
  views.set(exports, Object.preventExtensions(view));
  return view;
}

/** Own enumerable names, and those of a prototype that is not JavaScript's own (an instance given as `module.exports`). */
function exportNames(exports: object): string[] {
  const names = new Set(Object.keys(exports));
  const prototype: unknown = Object.getPrototypeOf(exports);
  if (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(prototype)) if (name !== "constructor") names.add(name);
  }
  names.delete("default");
  return [...names];
}
