import type { Namespace } from "./namespace.js";

/** What the files that `projectModule` makes call; they find it in the global object, wherever they lie. */
export interface ModuleHelpers {
  /** The friendly view of the namespace that Node gave for a URL; throws if one of the names is not there. */
  readonly view: (url: string, namespace: Namespace, names: readonly string[]) => Namespace;
  /** A file of the project that is no ECMAScript module: JSON, CommonJS. */
  readonly load: (path: string, names: readonly string[]) => Namespace;
  /** `import()`, from a folder. */
  readonly import: (specifier: unknown, folder: string) => Promise<Namespace>;
  readonly requireFrom: (url: string) => NodeJS.Require;
}

/** `globalThis[Symbol.for(HELPERS_KEY)]` */
export const HELPERS_KEY = "tagline.modules";

export function setModuleHelpers(helpers: ModuleHelpers): void {
  Object.defineProperty(globalThis, Symbol.for(HELPERS_KEY), { value: helpers, configurable: true });
}
