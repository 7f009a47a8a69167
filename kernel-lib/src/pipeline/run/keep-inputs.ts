import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { loadBundle, type StoredValue } from "../../artifacts/bundle.js";
import type { ArtifactStore } from "../../artifacts/store.js";
import { maskKnown } from "../../lineage/known-secrets.js";
import type { PlanStep } from "../compile/plan.js";
import type { StepError } from "./run-document.js";
import { writeWhole } from "./run-files.js";

/** Text of one value at most. */
const CHARACTERS = 1_000_000;

/**
 * Keeps what a step that failed was given, for people to look at: `inputs.json` names each value with its hash and its object in the
 * store, and `<name>.txt` shows it as Node prints it, where it can be read outside of the step.
 *
 * @returns the folder
 */
export async function keepInputs(
  runFolder: string,
  step: PlanStep,
  failed: {
    readonly store: ArtifactStore;
    readonly inputs: readonly (StoredValue & { readonly from: string })[];
    readonly params: Readonly<Record<string, unknown>>;
    readonly error: StepError;
  },
): Promise<string> {
  const folder = join(runFolder, "failed", step.name);
  mkdirSync(folder, { recursive: true });
  const { inputs, params, error, store } = failed;
  const objects = inputs.map(({ object, ...input }) => ({ ...input, object: objectPath(object) }));
  const document = { step: step.name, cells: step.cells, params, inputs: objects, error };
  writeWhole(join(folder, "inputs.json"), maskKnown(`${JSON.stringify(document, null, 2)}\n`));
  for (const input of inputs) {
    const text = await textOf(store, input).catch(() => null);
    if (text !== null) writeWhole(join(folder, `${input.name}.txt`), maskKnown(text));
  }
  return folder;
}

/** Instances of classes that cells declare cannot be made here. */
async function textOf(store: ArtifactStore, input: StoredValue): Promise<string> {
  const { [input.name]: value } = await loadBundle(store, [input]);
  const text = inspect(value, { depth: 8, maxArrayLength: 1000, maxStringLength: 10_000, breakLength: 120 });
  return `${text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}\n…` : text}\n`;
}

/** From the project's root. */
function objectPath(hash: string): string {
  return `.tagline/objects/${hash.slice(0, 2)}/${hash.slice(2)}`;
}
