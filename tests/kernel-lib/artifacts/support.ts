import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type ArtifactStore,
  type LoadOptions,
  loadBundle,
  openStore,
  type SaveOptions,
  saveBundle,
} from "../../../kernel-lib/src/artifacts/index.js";

/** A new empty folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tagline-artifacts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryStore(): ArtifactStore {
  return openStore(temporaryFolder());
}

/** Stores and loads, through real files. */
export async function roundTrip(
  values: Record<string, unknown>,
  options: SaveOptions & LoadOptions = {},
): Promise<Record<string, unknown>> {
  const store = temporaryStore();
  return loadBundle(store, await saveBundle(store, values, options), options);
}
