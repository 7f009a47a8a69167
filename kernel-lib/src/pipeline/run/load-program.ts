import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ownVersion } from "../../lineage/own-version.js";
import { prepareProject } from "../../lineage/project.js";
import { takeLocalModules } from "./local-modules.js";
import { packageVersions } from "./module-source.js";
import { findPackage, ownFolder } from "./packages.js";
import type { Program } from "./program.js";
import { pruneFolder, type RunFiles, readJson, shortPath, writeWhole } from "./run-files.js";
import { UsageError } from "./usage-error.js";

/** A notebook's program, with the text of its TypeScript modules by path (`steps/train.ts`). */
export interface CompiledNotebook {
  readonly program: Program;
  readonly texts: Readonly<Record<string, string>>;
  /** Versions of the packages that the texts import, as they were installed when it was compiled. */
  readonly packages: Readonly<Record<string, string>>;
  /** The person's own modules that were taken into the program: absolute path by path among the texts. */
  readonly locals: Readonly<Record<string, string>>;
  /** sha256 (hex) of those modules' files as they were, by absolute path. */
  readonly localHashes: Readonly<Record<string, string>>;
}

/**
 * Compiles a notebook, or takes what an earlier call compiled from the same bytes with the same packages: then
 * neither the compiler nor TypeScript is loaded.
 *
 * @param path the notebook's absolute path
 * @param name what the plan calls it
 * @param onCompile called before it is compiled
 * @returns the program, with the file's text that it was made of as `source`
 * @throws {UsageError} if the file is missing or no TypeScript notebook
 */
export async function loadProgram(
  path: string,
  name: string,
  files: RunFiles,
  onCompile: () => void = () => {},
): Promise<CompiledNotebook & { readonly source: string }> {
  const text = readNotebookText(path);
  const key = createHash("sha256")
    .update(JSON.stringify([ownStamp(), path, name, text]))
    .digest("hex");
  const cachePath = join(files.plans, `${key}.json`);
  const kept = readJson(cachePath);
  if (isCompiled(kept) && samePackages(kept.packages, dirname(path)) && sameLocals(kept.localHashes))
    return { ...kept, source: text };
  onCompile();
  const { compileNotebook } = await import("./compile-notebook.js");
  const emitted = await compileNotebook(text, { path, name });
  const { texts, locals } = takeLocalModules(emitted.texts, dirname(path));
  const compiled: CompiledNotebook = {
    program: emitted.program,
    texts,
    packages: packageVersions(Object.values(texts), dirname(path)),
    locals,
    localHashes: Object.fromEntries(Object.values(locals).map((local) => [local, hashOf(local)])),
  };
  try {
    prepareProject(files.root);
    writeWhole(cachePath, JSON.stringify(compiled));
    pruneFolder(files.plans, PLANS_KEPT);
  } catch {
    // A read-only folder: the next call compiles again.
  }
  return { ...compiled, source: text };
}

function readNotebookText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const why = isMissing ? "there is no such file" : cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read notebook ${shortPath(process.cwd(), path)}: ${why}.`, { cause });
  }
}

function samePackages(packages: Readonly<Record<string, string>>, folder: string): boolean {
  return Object.entries(packages).every(
    ([name, version]) => (findPackage(name, folder)?.version ?? "none") === version,
  );
}

function sameLocals(hashes: Readonly<Record<string, string>>): boolean {
  return Object.entries(hashes).every(([path, hash]) => hashOf(path) === hash);
}

/** sha256 (hex) of a file; empty if it cannot be read. */
function hashOf(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}

/** Compiled notebooks that are kept; each takes some 100 kB. */
const PLANS_KEPT = 100;

/** Tagline's version; in a clone the time of its last build too, since there the version stands still while the code moves. */
function ownStamp(): string {
  const built = statSync(join(ownFolder, "dist", ".tsbuildinfo"), { throwIfNoEntry: false });
  return `${ownVersion()} ${built?.mtimeMs ?? ""}`;
}

function isCompiled(value: unknown): value is CompiledNotebook {
  // Written by `loadProgram` of this version, whole or not at all.
  return (
    typeof value === "object" &&
    value !== null &&
    "program" in value &&
    "texts" in value &&
    "packages" in value &&
    "localHashes" in value
  );
}
