import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isOwn } from "./own-package.js";
import { resolveModule } from "./resolve-module.js";

/** A module's exports by name. */
export type Namespace = Readonly<Record<string, unknown>>;

/** Modules loaded through here keep one namespace object each, as `import` does. */
const namespaces = new Map<string, Namespace>();

/**
 * `import(specifier)` as a notebook in `folder` (absolute) means it, kinder to CommonJS: all its properties are
 * named exports, and `default` is `module.exports`, or its `default` where it says `__esModule`.
 * A `.json` file is read anew each time, through `fs.readFileSync`, so that whoever tracks files sees it.
 */
export async function importModule(specifier: string, folder: string): Promise<Namespace> {
  return importUrl(resolveModule(specifier, folder));
}

/** The same for a URL that `resolveModule` gave. */
export async function importUrl(url: string): Promise<Namespace> {
  if (isFileWith(url, ".json")) return readJson(url);
  const target = await runnable(url);
  const known = namespaces.get(target);
  if (known !== undefined) return known;
  // Asked for by URL: what lies behind it cannot be known to the type checker.
  const loaded: Namespace = await import(target);
  const namespace = commonJsNamespace(target, loaded) ?? loaded;
  namespaces.set(target, namespace);
  return namespace;
}

/** `require` as a notebook means it: from its folder (a URL of any file in it), then from among Tagline's own dependencies. */
export function requireFrom(url: string): NodeJS.Require {
  const native = createRequire(url);
  const folder = dirname(fileURLToPath(url));
  const load = (specifier: string): unknown => native(requirable(specifier, folder, native));
  return Object.assign(load, native);
}

function requirable(specifier: string, folder: string, native: NodeJS.Require): string {
  try {
    // Tagline is always the running one.
    if (!isOwn(specifier)) return native.resolve(specifier);
  } catch {
    // Not beside the notebook: Tagline's own, or an error that says what to install.
  }
  const url = resolveModule(specifier, folder);
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

/** A `.ts` helper beside the notebook is transpiled first; the compiler is loaded only then. */
async function runnable(url: string): Promise<string> {
  if (!isTypeScript(url) || url.startsWith(new URL("../", import.meta.url).href)) return url;
  const { importableUrl } = await import("./importable-url.js");
  return importableUrl(url);
}

function isTypeScript(url: string): boolean {
  return [".ts", ".mts", ".cts"].some((extension) => isFileWith(url, extension));
}

function isFileWith(url: string, extension: string): boolean {
  return url.startsWith("file:") && new URL(url).pathname.endsWith(extension);
}

function readJson(url: string): Namespace {
  const value: unknown = JSON.parse(fs.readFileSync(fileURLToPath(url), "utf8"));
  const named = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return Object.freeze({ ...named, default: value });
}

/** The friendly view of a CommonJS module, or null if the module is no CommonJS. */
function commonJsNamespace(url: string, loaded: Namespace): Namespace | null {
  if (!url.startsWith("file:")) return null;
  const cached = createRequire(url).cache[fileURLToPath(url)];
  // Node's own view of a CommonJS module has `module.exports` as default; nothing else is cached so.
  if (cached === undefined || cached.exports !== loaded["default"]) return null;
  const exports: unknown = cached.exports;
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return loaded;
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
  return Object.preventExtensions(view);
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
