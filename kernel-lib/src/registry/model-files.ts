import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFiles } from "../lineage/project.js";
import type { ModelManifest } from "./model-version.js";
import { versionId } from "./version-id.js";

/** What the registry's folder holds. */
export interface StoredVersions {
  /** By model, then number. */
  readonly versions: readonly ModelManifest[];
  /** A sentence for each file that is not what it says. */
  readonly problems: readonly string[];
}

export function manifestPath(root: string, model: string, id: string): string {
  return join(modelsFolder(root), model, `${id}.json`);
}

/** Puts a manifest in its place unless one is there; gives what stands there then. A reader never sees a part of it. */
export function placeManifest(
  root: string,
  manifest: ModelManifest,
): { readonly manifest: ModelManifest; readonly isNew: boolean } {
  const path = manifestPath(root, manifest.model, manifest.id);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.tmp`;
  writeFileSync(partial, `${JSON.stringify(manifest, null, 2)}\n`, { flag: "wx" });
  try {
    linkSync(partial, path);
    return { manifest, isNew: true };
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return { manifest: readManifest(path), isNew: false };
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Throws where the file is not the version that its name says. */
export function readManifest(path: string): ModelManifest {
  const remedy = "Delete it and run the notebook again";
  let manifest: ModelManifest;
  try {
    // Written by `placeManifest`; its content is held against its id below.
    manifest = JSON.parse(readFileSync(path, "utf8")) as ModelManifest;
  } catch (error) {
    if (isCode(error, "ENOENT")) throw error;
    throw new Error(`Cannot read the model version ${path}: ${messageOf(error)}. ${remedy}`, { cause: error });
  }
  if (manifest.v > 1) {
    throw new Error(`Cannot read the model version ${path}: a newer Tagline wrote it. Update Tagline`);
  }
  let actual: string | null = null;
  try {
    actual = versionId(manifest);
  } catch {
    // Not even the shape of a version.
  }
  if (actual !== manifest.id || !path.endsWith(`${manifest.id}.json`)) {
    throw new Error(`Cannot use the model version ${path}: its content was changed. ${remedy}`);
  }
  return manifest;
}

/** All versions of one model, or of all. */
export function readVersions(root: string, model?: string): StoredVersions {
  const versions: ModelManifest[] = [];
  const problems: string[] = [];
  for (const name of model === undefined ? list(modelsFolder(root)) : [model]) {
    for (const file of list(join(modelsFolder(root), name))) {
      if (!/^[0-9a-f]{64}\.json$/.test(file)) continue;
      try {
        versions.push(readManifest(join(modelsFolder(root), name, file)));
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
  }
  versions.sort((a, b) => (a.model === b.model ? a.number - b.number : a.model < b.model ? -1 : 1));
  return { versions, problems };
}

function modelsFolder(root: string): string {
  return join(projectFiles(root).folder, "models");
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return [];
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
