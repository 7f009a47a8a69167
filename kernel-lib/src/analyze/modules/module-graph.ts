import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isPath, resolveModule } from "../resolve-module.js";
import { isProjectFile, isTypeScriptUrl } from "./is-project-file.js";
import { type ModuleFile, readModuleFile } from "./module-file.js";

/** A file of the project with those that it leads to. */
export interface ModuleNode {
  readonly file: ModuleFile;
  /** Files of the project by the specifier that means them here. */
  readonly links: ReadonlyMap<string, ModuleNode>;
  /** Hash of its text and of all that it leads to: another one is another module. Files of a circle share it. */
  readonly key: string;
}

interface OpenNode {
  readonly file: ModuleFile;
  readonly links: Map<string, OpenNode>;
  key: string;
}

/** The file behind a URL, and all files of the project below it, as they are on the disk now. */
export function readModuleGraph(url: string): ModuleNode {
  const nodes = new Map<string, OpenNode>();
  const read = (path: string): OpenNode => {
    const met = nodes.get(path);
    if (met !== undefined) return met;
    const node: OpenNode = { file: readModuleFile(path), links: new Map(), key: "" };
    nodes.set(path, node);
    for (const specifier of node.file.specifiers) {
      const target = projectTarget(specifier, dirname(path));
      if (target !== null) node.links.set(specifier, read(target));
    }
    return node;
  };
  const entry = read(fileURLToPath(url));
  setKeys(entry);
  return entry;
}

/** Path of the file of the project that a specifier means, or null: it is a package's, or not there at all, or only a type's. */
function projectTarget(specifier: string, folder: string): string | null {
  try {
    const url = resolveModule(specifier, folder);
    return isProjectFile(url) && (isPath(specifier) || isTypeScriptUrl(url)) ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}

/** Tarjan's algorithm: it leaves the circles of a graph one after the other, those further down first. */
function setKeys(entry: OpenNode): void {
  const order = new Map<OpenNode, { readonly index: number; low: number }>();
  const stack: OpenNode[] = [];
  const visit = (node: OpenNode): { readonly index: number; low: number } => {
    const place = { index: order.size, low: order.size };
    order.set(node, place);
    stack.push(node);
    for (const next of node.links.values()) {
      const met = order.get(next);
      if (met === undefined) place.low = Math.min(place.low, visit(next).low);
      else if (stack.includes(next)) place.low = Math.min(place.low, met.index);
    }
    if (place.low === place.index) close(stack.splice(stack.indexOf(node)));
    return place;
  };
  visit(entry);
}

function close(circle: readonly OpenNode[]): void {
  const hash = createHash("sha256");
  for (const { file, links } of [...circle].sort((a, b) => (a.file.path < b.file.path ? -1 : 1))) {
    hash.update(JSON.stringify([file.path, file.text]));
    for (const [specifier, { key }] of links) hash.update(JSON.stringify([specifier, key]));
  }
  const key = hash.digest("hex").slice(0, 32);
  for (const node of circle) node.key = key;
}
