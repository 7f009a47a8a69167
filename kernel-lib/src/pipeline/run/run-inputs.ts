import { join } from "node:path";
import { type RunFiles, readJson } from "./run-files.js";

/** A file that a run's result hangs on. */
export interface RunInput {
  /** Relative to the project root where it lies inside, else absolute; `/` separated. */
  readonly path: string;
  /** Read by a step, imported from beside the notebook, or what says which packages it has. */
  readonly kind: "data" | "module" | "package";
  /** sha256 (hex) of its bytes, under which the store has it; null where it is not known. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Why the store does not have it; absent where it does. */
  readonly reason?: string;
}

/** `runs/<id>/inputs.json` */
export interface RunInputs {
  readonly version: 1;
  readonly inputs: readonly RunInput[];
}

/** The files of a run by path; null where the run has no list: its end was not seen, or an older Tagline ran it. */
export function readRunInputs(files: RunFiles, run: string): readonly RunInput[] | null {
  const json = readJson(join(files.run(run), "inputs.json"));
  if (typeof json !== "object" || json === null || !("version" in json) || json.version !== 1) return null;
  // Written by `InputKeeper`, whole or not at all.
  return (json as RunInputs).inputs;
}
