import type { StoredValue } from "../artifacts/bundle.js";
import type { ReferenceSketch } from "../data/sketch/reference-sketch.js";
import type { JsonSchema } from "../notebook/cell-facts.js";

/**
 * All that makes up a model version, gathered where `model()` was called: the captured values stand in the project's
 * store already, so a draft is small and travels between processes. `registerVersion(root, draft)` makes the version.
 */
export interface VersionDraft {
  readonly model: string;
  /** JavaScript of the entry module: `export default function create({ …captures })` gives `{ predict }`; and `classes`. */
  readonly entry: string;
  /** Captured values, sorted by name; those that share an object share their stored one. Load them with `entry`'s `classes`. */
  readonly captures: readonly StoredValue[];
  /** Versions of the packages that the entry imports, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** JSON Schemas of the row that `predict` takes and of what it gives; null where the types are not known. */
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
  readonly target: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly reference: ReferenceSketch | null;
  /** First row of the reference, as JSON, or null. */
  readonly example: unknown;
  /** The kernel session's or pipeline run's id. */
  readonly run: string;
  /** Relative to the project's root where it lies inside, else absolute. */
  readonly notebook: string | null;
  readonly cellId: string | null;
}
