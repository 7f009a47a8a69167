import { existsSync } from "node:fs";
import { type ArtifactStore, openStore } from "../artifacts/store.js";
import { findAuthor } from "../lineage/author.js";
import { claim } from "../lineage/claim.js";
import type { ModelRegistered } from "../lineage/events.js";
import { manifestPath, placeManifest, readManifest } from "./model-files.js";
import { checkModelName } from "./model-name.js";
import type { ModelManifest } from "./model-version.js";
import type { VersionDraft } from "./version-draft.js";
import { canonicalJson, versionId } from "./version-id.js";

export interface Registration {
  readonly manifest: ModelManifest;
  /** False if a version with this content was there already; `manifest` is then that one. */
  readonly isNew: boolean;
  /** For the log of whoever writes this run's events. */
  readonly event: ModelRegistered;
}

export interface RegisterOptions {
  readonly store?: ArtifactStore;
  readonly now?: () => Date;
  readonly author?: string;
}

/**
 * Makes a draft a version of the project's registry. Equal content is the same version, whoever asks and how many ask at
 * once. Captured values must stand in the store.
 */
export async function registerVersion(
  root: string,
  draft: VersionDraft,
  options: RegisterOptions = {},
): Promise<Registration> {
  const { store = openStore(root), now = () => new Date(), author = findAuthor(root) } = options;
  const model = checkModelName(draft.model);
  for (const { name, object } of draft.captures) {
    if (!(await store.has(object))) {
      throw new Error(
        `Cannot register model ${model}: the value of ${name} (artifact ${object.slice(0, 12)}) is not in the store`,
      );
    }
  }
  const at = now().toISOString();
  const { captures, packages, input, output, target, metrics, example, run, notebook, cellId } = draft;
  const entry = await store.put(Buffer.from(draft.entry));
  const reference = draft.reference === null ? null : await store.put(Buffer.from(canonicalJson(draft.reference)));
  const id = versionId({ entry, captures, input, output, target, reference });
  const path = manifestPath(root, model, id);
  const { manifest, isNew } = existsSync(path)
    ? { manifest: readManifest(path), isNew: false }
    : placeManifest(root, {
        v: 1,
        model,
        id,
        number: takeNumber(root, model, id),
        createdAt: at,
        author,
        run,
        notebook,
        cellId,
        entry,
        captures,
        packages,
        input,
        output,
        target,
        metrics,
        reference,
        example: example ?? null,
      });
  return {
    manifest,
    isNew,
    event: {
      kind: "model.registered",
      model,
      version: id,
      number: manifest.number,
      run,
      notebook,
      cellId,
      at,
      target,
      metrics,
      artifacts: captures,
      isNew,
    },
  };
}

/** The next number that nobody has; the same one for all who ask for the same version, also after a crash. */
export function takeNumber(root: string, model: string, id: string): number {
  for (let number = 1; ; number += 1) {
    if (claim(root, "model-version", `${model}@${number}`, id).holder === id) return number;
  }
}
