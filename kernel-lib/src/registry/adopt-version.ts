import { existsSync } from "node:fs";
import { claim } from "../lineage/claim.js";
import { manifestPath, placeManifest } from "./model-files.js";
import type { ModelManifest } from "./model-version.js";
import { takeNumber } from "./register-version.js";

/**
 * Takes a version that another project made, of the same content and so with the same id. It keeps its number where nobody has that
 * one here, and gets the next free one else. False if it was there already.
 */
export function adoptVersion(root: string, manifest: ModelManifest): boolean {
  const { model, id, number } = manifest;
  if (existsSync(manifestPath(root, model, id))) return false;
  const isFree = claim(root, "model-version", `${model}@${number}`, id).holder === id;
  return placeManifest(root, { ...manifest, number: isFree ? number : takeNumber(root, model, id) }).isNew;
}
