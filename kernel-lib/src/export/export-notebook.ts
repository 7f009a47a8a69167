import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Diagnostic } from "../pipeline/compile/plan.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import type { ExportTarget } from "./export-target.js";
import { type GatheredProject, gatherProject } from "./gather-project.js";
import { toNode } from "./to-node.js";

export interface ExportOptions {
  readonly notebookPath: string;
  /** Folder to make; must be new or empty. */
  readonly out: string;
  /** Default: found from the notebook's folder. */
  readonly projectRoot?: string;
}

export interface ExportDocument {
  /** As given. */
  readonly notebook: string;
  /** `node`, `airflow`, … */
  readonly target: string;
  /** Absolute. */
  readonly out: string;
  /** Paths in the folder, sorted. */
  readonly files: readonly string[];
  /** The notebook's own, then what the target does not have of what it asks for. */
  readonly diagnostics: readonly Diagnostic[];
  /** What a person should know: a file that did not travel, a package that is not installed. */
  readonly warnings: readonly string[];
}

/**
 * Writes a notebook's pipeline for a target. Writes nothing where the notebook has errors: they are in the document.
 *
 * @throws {UsageError} if the folder is not empty or the notebook cannot be read
 */
export async function exportNotebook(target: ExportTarget, options: ExportOptions): Promise<ExportDocument> {
  const { notebookPath: notebook } = options;
  const out = resolve(options.out);
  if (existsSync(out) && readdirSync(out).length > 0) {
    throw new UsageError(`Cannot export to ${out}: the folder is not empty. Name a new one.`);
  }
  const gathered = await gatherProject(notebook, options.projectRoot);
  if (gathered.project === null)
    return { notebook, target: target.name, out, files: [], diagnostics: gathered.diagnostics, warnings: [] };
  const { project } = gathered;
  for (const [file, text] of target.files(project)) writeFile(join(out, file), text);
  const warnings = await writeNodeProject(join(out, target.folder), gathered);
  return {
    notebook,
    target: target.name,
    out,
    files: listFiles(out),
    diagnostics: [...gathered.diagnostics, ...target.diagnostics(project)],
    warnings,
  };
}

/** Writes the Node project that is in every target. Resolves to what a person should know. */
async function writeNodeProject(
  folder: string,
  { project, runtime, lock, data }: GatheredProject,
): Promise<readonly string[]> {
  for (const [file, text] of toNode(project)) writeFile(join(folder, file), text, false);
  if (lock !== null) writeFile(join(folder, "package-lock.json"), lock);
  writeFile(join(folder, project.tagline.tarball), runtime);
  for (const [to, from] of data) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(from, join(folder, to), { dereference: true });
  }
  mkdirSync(join(folder, project.folder), { recursive: true });
  return [
    ...project.left.map((one) => `${one.path} does not travel: ${one.because}.`),
    ...missingPackages(project.packages),
    ...(lock === null ? await lockByNpm(folder) : []),
  ];
}

/** @param replace false: what a target wrote there stays */
function writeFile(path: string, content: string | Uint8Array, replace = true): void {
  if (!replace && existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
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
