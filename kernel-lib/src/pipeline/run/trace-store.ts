import { join } from "node:path";
import type { StoredValue } from "../../artifacts/bundle.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { ModelRegistered } from "../../lineage/events.js";
import { type FileCheck, firstChanged } from "./file-checks.js";
import { type RunFiles, readJson, writeWhole } from "./run-files.js";

/** A step's result, with what must still be true for it to hold. */
export interface StepTrace {
  /** The run that did the work. */
  readonly run: string;
  /** When it was done, milliseconds since 1970. */
  readonly atMs?: number;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
  readonly outputs: readonly StoredValue[];
  /** Inputs that were seen to be the same before and after. */
  readonly watched: readonly string[];
  readonly cells: readonly CellTrace[];
  readonly read: readonly FileCheck[];
  readonly written: readonly FileCheck[];
  /** Versions that its `model()` calls made or met. */
  readonly models?: readonly ModelRegistered[];
}

/** Results kept for one static key: they differ in the files that were read. */
const TRACES_PER_KEY = 16;

/** A changed file or a lost result, in words, or the trace that holds. */
export type Lookup =
  | { readonly kind: "hit"; readonly trace: StepTrace }
  | { readonly kind: "miss"; readonly because: string | null };

/**
 * Finds a trace of this key that still holds: every file that it read has the recorded content, every file that it wrote is still
 * there as written, and its outputs are in the store. `because` says what is wrong with the newest one, null if there is none.
 */
export async function findTrace(
  files: RunFiles,
  key: string,
  asked: {
    /** Names that the step has to hand on. */
    readonly gives: readonly string[];
    /** Inputs that it must leave as they are. */
    readonly watch: readonly string[];
    readonly hasObject: (output: StoredValue) => Promise<boolean>;
    readonly hasVersion: (model: string, version: string) => boolean;
  },
): Promise<Lookup> {
  let because: string | null = null;
  for (const trace of readTraces(files, key)) {
    const lacks = asked.gives.find((name) => !trace.outputs.some((output) => output.name === name));
    const unseen = asked.watch.find((name) => !trace.watched.includes(name));
    if (lacks !== undefined || unseen !== undefined) {
      because ??= `${lacks ?? unseen} is needed later now`;
      continue;
    }
    const lost = trace.models?.find(({ model, version }) => !asked.hasVersion(model, version));
    const read = await firstChanged(files.root, trace.read);
    const written = read === null ? await firstChanged(files.root, trace.written) : null;
    if (read !== null) because ??= `file ${read} changed`;
    else if (written !== null) because ??= `file ${written}, which it wrote, changed`;
    else if (!(await hasAll(trace.outputs, asked.hasObject)))
      because ??= "the result of an earlier run is gone or damaged";
    else if (lost !== undefined)
      because ??= `version ${lost.number} of model ${lost.model}, which it registered, is gone`;
    else return { kind: "hit", trace };
  }
  return { kind: "miss", because };
}

async function hasAll(
  outputs: readonly StoredValue[],
  hasObject: (output: StoredValue) => Promise<boolean>,
): Promise<boolean> {
  const objects = new Map(outputs.map((output) => [output.object, output]));
  for (const output of objects.values()) if (!(await hasObject(output))) return false;
  return true;
}

/** Keeps a trace as the newest of its key. */
export function keepTrace(files: RunFiles, key: string, trace: StepTrace): void {
  const traces = [trace, ...readTraces(files, key)].slice(0, TRACES_PER_KEY);
  writeWhole(join(files.steps, `${key}.json`), JSON.stringify({ version: 2, traces }));
}

function readTraces(files: RunFiles, key: string): readonly StepTrace[] {
  const json = readJson(join(files.steps, `${key}.json`));
  if (typeof json !== "object" || json === null || !("traces" in json) || !Array.isArray(json.traces)) return [];
  // Written by `keepTrace` of this version, whole or not at all.
  return "version" in json && json.version === 2 ? (json.traces as readonly StepTrace[]) : [];
}
