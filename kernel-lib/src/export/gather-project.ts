import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ownVersion } from "../lineage/own-version.js";
import { findProjectRoot } from "../lineage/project.js";
import type { Diagnostic } from "../pipeline/compile/plan.js";
import { loadProgram } from "../pipeline/run/load-program.js";
import { takeLocalModules } from "../pipeline/run/local-modules.js";
import { findPackage, ownFolder } from "../pipeline/run/packages.js";
import { runFiles, shortPath } from "../pipeline/run/run-files.js";
import { namesInNode, withCommonJsNames } from "./commonjs-imports.js";
import { filesReadBy } from "./files-read-by.js";
import { findData } from "./find-data.js";
import { type LockFile, lockFor } from "./lock-file.js";
import { nodePackage } from "./node-package.js";
import type { NodeProject } from "./node-project.js";
import { packRuntime } from "./pack-runtime.js";
import { pathLiterals } from "./path-literals.js";
import { readProjectSchedules } from "./project-schedules.js";

/** A notebook's pipeline, ready to be written as one target or another. */
export interface GatheredProject {
  readonly project: NodeProject;
  readonly diagnostics: readonly Diagnostic[];
  /** The packed part of Tagline that it runs with. */
  readonly runtime: Uint8Array;
  /** package-lock.json; null if npm must make it. */
  readonly lock: string | null;
  /** Absolute path of each data file, by its path in the project. */
  readonly data: ReadonlyMap<string, string>;
}

/** Packages that the exported project's own build needs. */
const TOOLS = ["@types/node", "typescript"];

/**
 * Compiles a notebook and finds what its pipeline needs beside its code. Where the notebook has errors there is no project.
 *
 * @throws {UsageError} if the notebook cannot be read
 */
export async function gatherProject(
  notebookPath: string,
  projectRoot?: string,
): Promise<GatheredProject | { readonly project: null; readonly diagnostics: readonly Diagnostic[] }> {
  const path = resolve(notebookPath);
  const notebookFolder = dirname(path);
  const root = projectRoot ?? findProjectRoot(notebookFolder);
  const name = shortPath(root, path);
  const compiled = await loadProgram(path, name, runFiles(root));
  const { diagnostics } = compiled.program;
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) return { project: null, diagnostics };
  const namesOf = namesInNode(notebookFolder);
  const texts = Object.fromEntries(
    Object.entries(takeLocalModules(compiled.texts, notebookFolder, /\.json$/).texts).map(
      ([file, text]) => [file, withCommonJsNames(text, namesOf)] as const,
    ),
  );
  const data = findData(notebookFolder, root, filesReadBy(root, name), pathLiterals(Object.values(compiled.texts)));
  const needed = new Set(Object.keys(compiled.packages));
  // Chosen by rule when something is trained: there as here.
  if (needed.has("@tensorflow/tfjs")) needed.add("@tensorflow/tfjs-backend-wasm");
  const runtime = packRuntime(ownFolder, needed);
  const tarball = `vendor/tagline-${ownVersion()}.tgz`;
  const project: NodeProject = {
    name: npmName(basename(path, ".ipynb")),
    title: basename(path),
    program: compiled.program,
    texts,
    packages: compiled.packages,
    tagline: { version: ownVersion(), tarball },
    tools: Object.fromEntries(TOOLS.map((tool) => [tool, findPackage(tool, ownFolder)?.version ?? "latest"])),
    folder: data.folder,
    data: [...data.copies.keys()],
    left: data.left,
    schedules: readProjectSchedules(root, name),
  };
  const lock = lockFor(nodePackage(project), ownLock(), { manifest: runtime.manifest, tarball, bytes: runtime.bytes });
  return { project, diagnostics, runtime: runtime.bytes, lock, data: data.copies };
}

/** The lock file under which this very Tagline was installed; empty if there is none. */
function ownLock(): LockFile {
  try {
    const lock: LockFile = JSON.parse(readFileSync(join(ownFolder, "..", "package-lock.json"), "utf8"));
    return { packages: lock.packages };
  } catch {
    return { packages: {} };
  }
}

function npmName(name: string): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return clean === "" || clean === "tagline" ? "pipeline" : clean;
}
