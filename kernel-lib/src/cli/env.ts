import { findProjectRoot, projectFiles } from "../lineage/project.js";
import { findPackage, ownFolder, ownVersion } from "../pipeline/run/packages.js";
import { table } from "./table.js";

/** What `tagline env --json` prints. */
export interface EnvironmentDocument {
  readonly tagline: string;
  readonly node: string;
  readonly typescript: string | null;
  readonly platform: string;
  /** Absolute. */
  readonly projectRoot: string;
  /** Where runs, results and lineage are kept. */
  readonly store: string;
  /** Where this Tagline is installed. */
  readonly taglineFolder: string;
}

export function environment(): EnvironmentDocument {
  const projectRoot = findProjectRoot();
  return {
    tagline: ownVersion(),
    node: process.version,
    typescript: findPackage("typescript", ownFolder)?.version ?? null,
    platform: `${process.platform} ${process.arch}`,
    projectRoot,
    store: projectFiles(projectRoot).folder,
    taglineFolder: ownFolder,
  };
}

export function formatEnvironment(document: EnvironmentDocument): string {
  return `${table(
    ["", ""],
    Object.entries(document).map(([name, value]) => [name, String(value)]),
  )
    .slice(1)
    .join("\n")}\n`;
}
