import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LastRun } from "./explain-run.js";
import { type RunFiles, readJson, writeWhole } from "./run-files.js";

/** The latest run of each step of a notebook, by the step's name; empty if there was none. */
export function readLatest(files: RunFiles, notebook: string): Record<string, LastRun> {
  const json = readJson(latestPath(files, notebook));
  if (typeof json !== "object" || json === null || !("version" in json) || json.version !== 1) return {};
  // Written by `writeLatest` of this version, whole or not at all.
  return "steps" in json ? (json.steps as Record<string, LastRun>) : {};
}

/** Keeps the latest runs for the next run's reasons. */
export function writeLatest(files: RunFiles, notebook: string, steps: Readonly<Record<string, LastRun>>): void {
  writeWhole(latestPath(files, notebook), JSON.stringify({ version: 1, steps }));
}

function latestPath(files: RunFiles, notebook: string): string {
  return join(files.latest, `${createHash("sha256").update(notebook).digest("hex").slice(0, 16)}.json`);
}
