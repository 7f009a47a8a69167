import type { ArtifactUse } from "../lineage/events.js";
import type { JsonSchema } from "../notebook/cell-facts.js";

/**
 * What a version is made of. Its id is the sha256 (hex) of its canonical content (`entry`, the captured values'
 * hashes, schemas, target and reference), so equal content is the same version; run, time and metrics do not count.
 * Kept as `.tagline/models/<name>/<id>.json`; entry and values are objects of the artifact store.
 */
export interface ModelManifest {
  readonly v: 1;
  readonly model: string;
  readonly id: string;
  /** The label that people use: 1, 2, 3… */
  readonly number: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly author: string;
  readonly run: string;
  /** Relative to the project's root where it lies inside, else absolute. */
  readonly notebook: string | null;
  readonly cellId: string | null;
  /** Object hash of `entry.ts`'s JavaScript: `export default function create(captured)` and `classes`. */
  readonly entry: string;
  /** Captured values by name. */
  readonly captures: readonly ArtifactUse[];
  /** Packages that the entry imports, with the versions in use when it was made. */
  readonly packages: Readonly<Record<string, string>>;
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
  readonly target: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Object hash of the reference sketch (JSON, see monitor's ReferenceSketch), or null. */
  readonly reference: string | null;
  /** One row of the reference as an example for documentation, or null. */
  readonly example: unknown;
}
