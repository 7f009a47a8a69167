import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { ownVersion } from "../lineage/own-version.js";
import { findProjectRoot } from "../lineage/project.js";
import type { Diagnostic } from "../pipeline/compile/plan.js";
import { loadProgram } from "../pipeline/run/load-program.js";
import { takeLocalModules } from "../pipeline/run/local-modules.js";
import { findPackage, ownFolder } from "../pipeline/run/packages.js";
import { runFiles, shortPath } from "../pipeline/run/run-files.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { namesInNode, withCommonJsNames } from "./commonjs-imports.js";
import { filesReadBy } from "./files-read-by.js";
import { findData } from "./find-data.js";
import { type LockFile, lockFor } from "./lock-file.js";
import { nodePackage } from "./node-package.js";
import type { NodeProject } from "./node-project.js";
import { packRuntime } from "./pack-runtime.js";
import { pathLiterals } from "./path-literals.js";
import { toNode } from "./to-node.js";

export interface ExportNodeOptions {
  readonly notebookPath: string;
  /** Folder to make; must be new or empty. */
  readonly out: string;
  /** Default: found from the notebook's folder. */
  readonly projectRoot?: string;
}

export interface ExportDocument {
  /** As given. */
  readonly notebook: string;
  /** Absolute. */
  readonly out: string;
  /** Paths in the folder, sorted. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What a person should know: a file that did not travel, a package that is not installed. */
  readonly warnings: readonly string[];
}

/** Packages that the exported project's own build needs. */
const TOOLS = ["@types/node", "typescript"];

/**
 * Writes a notebook's pipeline as a plain Node project. Writes nothing where the notebook has errors: they are in the document.
 *
 * @throws {UsageError} if the folder is not empty or the notebook cannot be read
 */
export async function exportNode(options: ExportNodeOptions): Promise<ExportDocument> {
  const path = resolve(options.notebookPath);
  const out = resolve(options.out);
  if (existsSync(out) && readdirSync(out).length > 0) {
    throw new UsageError(`Cannot export to ${out}: the folder is not empty. Name a new one.`);
  }
  const notebookFolder = dirname(path);
  const root = options.projectRoot ?? findProjectRoot(notebookFolder);
  const files = runFiles(root);
  const name = shortPath(root, path);
  const compiled = await loadProgram(path, name, files);
  const { diagnostics } = compiled.program;
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    return { notebook: options.notebookPath, out, files: [], diagnostics, warnings: [] };
  }
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
  };
  const written = toNode(project);
  const lock = lockFor(nodePackage(project), ownLock(), { manifest: runtime.manifest, tarball, bytes: runtime.bytes });
  if (lock !== null) written.set("package-lock.json", lock);

  for (const [file, text] of written) writeFile(join(out, file), text);
  writeFile(join(out, tarball), runtime.bytes);
  for (const [to, from] of data.copies) {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    cpSync(from, join(out, to), { dereference: true });
  }
  mkdirSync(join(out, data.folder), { recursive: true });
  const warnings = [
    ...data.left.map((one) => `${one.path} does not travel: ${one.because}.`),
    ...missingPackages(project.packages),
  ];
  if (lock === null) warnings.push(...(await lockByNpm(out)));
  return { notebook: options.notebookPath, out, files: listFiles(out), diagnostics, warnings };
}

function writeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
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

/** The notebook has packages of its own: npm works out the lock file, for which it asks its registry. */
async function lockByNpm(out: string): Promise<string[]> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  try {
    await promisify(execFile)(
      npm,
      [
        "install",
        "--package-lock-only",
        "--omit-lockfile-registry-resolved",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
      ],
      { cwd: out },
    );
    return [];
  } catch (error) {
    rmSync(join(out, "package-lock.json"), { force: true });
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return [`There is no package-lock.json: npm could not make one (${why}). Run npm install in the folder.`];
  }
}

function missingPackages(packages: Readonly<Record<string, string>>): string[] {
  const missing = Object.keys(packages).filter((name) => packages[name] === "none");
  return missing.map(
    (name) => `The package ${name} is not installed here, so it is not among the project's dependencies.`,
  );
}

function npmName(name: string): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return clean === "" || clean === "tagline" ? "pipeline" : clean;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}
