import type { RunEnvironment } from "../lineage/events.js";
import { findRun } from "../lineage/find-run.js";
import { ownVersion } from "../lineage/own-version.js";
import { findProjectRoot, projectFiles } from "../lineage/project.js";
import { tfjsBackendsOf } from "../lineage/runs.js";
import { findPackage, ownFolder } from "../pipeline/run/packages.js";
import { hasNativeBackend } from "../track/tfjs/load-backend.js";
import { openProject } from "./open-project.js";
import { align } from "./table.js";

/** What `tagline env --json` prints. */
export interface EnvironmentDocument {
  readonly tagline: string;
  readonly node: string;
  readonly typescript: string | null;
  readonly platform: string;
  /** Backends that tfjs may train on here, and what `TAGLINE_TFJS_BACKEND` says of them. */
  readonly tfjsBackends: readonly string[];
  readonly tfjsSetting: string;
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
    tfjsBackends: ["cpu", "wasm", ...(hasNativeBackend() ? ["tfjs-node"] : [])],
    tfjsSetting: process.env["TAGLINE_TFJS_BACKEND"] || "auto",
    projectRoot,
    store: projectFiles(projectRoot).folder,
    taglineFolder: ownFolder,
  };
}

/** What a run stood on, with the packages that its lock file pinned by hash. */
export interface RunEnvironmentDocument extends Partial<RunEnvironment> {
  readonly run: string;
  readonly notebook: string | null;
  readonly startedAt: string | null;
  readonly author: string;
  readonly host: string;
  /** On which tfjs trained; absent where nothing was trained. */
  readonly tfjsBackends?: readonly string[];
}

/** @param name `run:ID`, an id or the beginning of one, or `latest` */
export function environmentOf(name: string): RunEnvironmentDocument {
  const record = findRun(openProject(), name);
  const { run, author, host, started } = record;
  const tfjsBackends = tfjsBackendsOf(record);
  const { notebook = null, at = null, environment } = started ?? {};
  const used = tfjsBackends.length === 0 ? {} : { tfjsBackends };
  return { run, notebook, startedAt: at, author, host, ...environment, ...used };
}

export function formatEnvironment(document: EnvironmentDocument | RunEnvironmentDocument): string {
  const rows = Object.entries(document).map(([name, value]) => [name, describe(value)]);
  return `${align(rows).join("\n")}\n`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).join("  ");
}
