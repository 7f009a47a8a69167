import { readFileSync } from "node:fs";
import { ownValue } from "./own-value.js";
import { projectFiles } from "./project.js";

/**
 * What a project's catalog says under a name; undefined where it says nothing, or cannot be read: people edit it, and hear of that where
 * the catalog is their subject.
 */
export function catalogValue(root: string, name: string): unknown {
  try {
    return ownValue(JSON.parse(readFileSync(projectFiles(root).catalog, "utf8")), name);
  } catch {
    return undefined;
  }
}
