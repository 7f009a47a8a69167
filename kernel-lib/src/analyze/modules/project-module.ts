import { createHash } from "node:crypto";
import { basename, extname, join } from "node:path";
import { freshCommonJs } from "./fresh-commonjs.js";
import { type ModuleNode, readModuleGraph } from "./module-graph.js";
import { keepProjectModuleMap } from "./project-module-map.js";
import { scratchFolder, writeScratch } from "./scratch-folder.js";
import { transpileProjectModule } from "./transpile-project-module.js";

/** What to load for a file of the project. */
export interface ProjectModule {
  /** Path of a file that Node runs as it stands. */
  readonly path: string;
  readonly kind: "module" | "commonjs" | "json";
}

const written = new Set<string>();

/**
 * Makes a file of the project, and those that it leads to, into what Node 20 can run. A file whose text changed, or that of one below it,
 * is another module from then on; what did not change stays the module that it was, with its state. Both `import` and `require`
 * of it give that one module.
 */
export function projectModule(url: string): ProjectModule {
  const entry = readModuleGraph(url);
  const met = new Set<ModuleNode>();
  const visit = (node: ModuleNode): void => {
    if (met.has(node)) return;
    met.add(node);
    for (const next of node.links.values()) visit(next);
    if (node.file.kind === "commonjs") freshCommonJs(node.file.path, node.key);
    else if (node.file.kind !== "json") write(node);
  };
  visit(entry);
  const { kind } = entry.file;
  return { path: targetOf(entry), kind: kind === "typed-commonjs" ? "commonjs" : kind };
}

function write(node: ModuleNode): void {
  const target = targetOf(node);
  if (written.has(target)) return;
  const { code, map } = transpileProjectModule(node, targetOf);
  writeScratch(target.slice(scratchFolder().length + 1), code);
  keepProjectModuleMap(target, map);
  written.add(target);
}

function targetOf({ file, key }: ModuleNode): string {
  if (file.kind === "json" || file.kind === "commonjs") return file.path;
  const id = createHash("sha256").update(file.path).digest("hex").slice(0, 8);
  const extension = file.kind === "module" ? ".mjs" : ".cjs";
  return join(scratchFolder(), key, id, basename(file.path, extname(file.path)) + extension);
}
