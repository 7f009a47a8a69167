import { createRequire, isBuiltin, Module, syncBuiltinESMExports } from "node:module";
import { safely } from "./safely.js";

type Listener = (exports: Readonly<Record<string, unknown>>) => void;

const listeners: { readonly name: RegExp; readonly listen: Listener }[] = [];

/**
 * Tells of each load of a CommonJS module whose name or path fits: by `import` as well as by `require`, again each time.
 */
export function onModuleLoad(name: RegExp, listen: Listener): void {
  if (listeners.push({ name, listen }) > 1) return;
  // Not in Node's types, but stable since its first versions; tools patch it widely.
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = function (this: unknown, request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if ((typeof loaded !== "object" && typeof loaded !== "function") || loaded === null) return loaded;
    // An object's members are unknown until looked at, which is what this type says.
    const exports = loaded as Readonly<Record<string, unknown>>;
    for (const { name: wanted, listen: hear } of listeners)
      if (wanted.test(request)) safely(() => hear(exports), undefined);
    return loaded;
  };
}

const require = createRequire(import.meta.url);

/** Tells of one of Node's own modules before somebody imports it, which passes no loader that could be watched. */
export function announceBuiltin(specifier: string): void {
  if (!isBuiltin(specifier) || !listeners.some(({ name }) => name.test(specifier))) return;
  safely(() => require(specifier), undefined);
  syncBuiltinESMExports();
}
