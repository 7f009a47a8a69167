import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareProject, projectFiles } from "../../lineage/project.js";

/** How a deployment stands, as the service that keeps it up tells others. */
export interface KeptState {
  readonly status: "starting" | "serving" | "failed";
  /** `startedAt` of the catalog's entry that this is about: of another one, this says nothing. */
  readonly startedAt: string;
  /** Of the version that answers; null while none does. */
  readonly version: string | null;
  readonly number: number | null;
  /** Since when the status holds, ISO 8601. */
  readonly since: string;
  readonly error: string | null;
  /** Of its process, while there is one. */
  readonly pid: number | null;
}

/** What `.tagline/deployments.json` holds: only as good as its writer is alive. */
export interface StateFile {
  /** The mark of the service that writes it. */
  readonly keeper: string;
  /** By name. */
  readonly deployments: Readonly<Record<string, KeptState>>;
}

export function writeStateFile(root: string, state: StateFile): void {
  const { folder } = prepareProject(root);
  const path = join(folder, "deployments.json");
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(partial, path);
}

export function readStateFile(root: string): StateFile | null {
  try {
    // Written by `writeStateFile`, of this version or another.
    const state = JSON.parse(readFileSync(join(projectFiles(root).folder, "deployments.json"), "utf8")) as StateFile;
    return typeof state.keeper === "string" && typeof state.deployments === "object" ? state : null;
  } catch {
    return null;
  }
}
