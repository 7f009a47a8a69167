import { importModule } from "../analyze/import-module.js";
import { type Classes, hashValues, loadBundle, openStore } from "../artifacts/index.js";
import type { ModelManifest } from "../registry/model-version.js";
import { importFolder, servingModule } from "./serving-module.js";

export type Predict = (row: unknown) => unknown;

/** Brings a version to life: its code imported, its values decoded and held against their hashes. */
export async function loadModel(root: string, manifest: ModelManifest): Promise<Predict> {
  const name = `${manifest.model} version ${manifest.number}`;
  try {
    const store = openStore(root);
    const text = (await store.get(manifest.entry)).toString("utf8");
    // Written by the compiler, or by hand: what it exports is looked at below.
    const module: { default?: unknown; classes?: unknown } = await import(await servingModule(root, manifest, text));
    const classes = isObject(module.classes) ? (module.classes as Classes) : {};
    const refs = manifest.captures.map(({ name: capture, hash, object }) => ({
      name: capture,
      object: object ?? hash,
    }));
    const folder = importFolder(root, manifest);
    const values = await loadBundle(store, refs, { classes, load: (specifier) => importModule(specifier, folder) });
    const hashes = await hashValues(values, { classes });
    for (const { name: capture, hash } of manifest.captures) {
      if (hashes[capture] !== hash) throw new Error(`the value of ${capture} is not the one that was registered`);
    }
    const made: unknown = typeof module.default === "function" ? module.default(values) : null;
    if (!isObject(made) || !("predict" in made) || typeof made.predict !== "function") {
      throw new Error("its code has no predict");
    }
    const { predict } = made;
    return (row) => predict(row);
  } catch (error) {
    throw new Error(`Cannot load ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
