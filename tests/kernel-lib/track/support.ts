import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CellTrace } from "../../../kernel-lib/src/lineage/cell-trace.js";
import { type Bindings, createBindings } from "../../../kernel-lib/src/track/bindings.js";
import { beginCell } from "../../../kernel-lib/src/track/recorder.js";
import type { CellIdentity, TrackOptions } from "../../../kernel-lib/src/track/tracker.js";

export const identity: CellIdentity = { cellId: "a", sourceHash: "s", canonicalHash: "c", seed: 42 };

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "tagline-track-"));
}

/** Runs a body as one cell and gives its trace. */
export async function traceOf(
  body: () => unknown,
  options: TrackOptions = {},
  who: Partial<CellIdentity> = {},
): Promise<CellTrace> {
  const recorder = beginCell({ ...identity, ...who }, options);
  await recorder.run(async () => body());
  return recorder.finish(null);
}

/** Bindings without modules. */
export function bindings(): Bindings {
  return createBindings({ import: (specifier) => import(specifier), require: () => undefined, module: {} });
}
