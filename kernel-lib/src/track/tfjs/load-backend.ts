import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { tfjsNodeFolder } from "../../lineage/tools-folder.js";
import type { BackendName } from "./choose-backend.js";

/** Not among the dependencies: its install script would fail where its download is blocked. */
const NATIVE = "@tensorflow/tfjs-node";

/** From where `tagline setup` put it: any file there, only its folder matters. */
const fromTools = (): NodeJS.Require => createRequire(join(tfjsNodeFolder(), "tools.js"));

/** Whether tfjs-node is set up on this machine. */
export function hasNativeBackend(): boolean {
  const own = join(tfjsNodeFolder(), "node_modules", "@tensorflow", "tfjs-node");
  return existsSync(join(own, "lib", "napi-v8", "tfjs_binding.node"));
}

/** Loads a backend's package, which registers itself with the process's tfjs. */
export function loadBackend(name: BackendName): void {
  if (name === "wasm") createRequire(import.meta.url)("@tensorflow/tfjs-backend-wasm");
  if (name !== "tensorflow") return;
  const require = fromTools();
  shareTfjs(require);
  require(NATIVE);
}

/**
 * tfjs-node has a tfjs of its own beside it, which would register every operation a second time. What the notebook has
 * loaded stands in for it.
 */
function shareTfjs(require: NodeJS.Require): void {
  const { cache } = require;
  for (const part of ["tfjs", "tfjs-core", "tfjs-layers", "tfjs-data", "tfjs-converter", "tfjs-backend-cpu"]) {
    const file = require.resolve(`@tensorflow/${part}`);
    const end = file.slice(file.lastIndexOf(`@tensorflow${sep}${part}${sep}`));
    const known = Object.keys(cache).find((path) => path.endsWith(end));
    const module = known === undefined ? undefined : cache[known];
    if (module !== undefined) cache[file] = module;
  }
}
