import { openStore } from "../artifacts/store.js";
import type { ReferenceSketch } from "../data/sketch/reference-sketch.js";
import { pickVersion } from "../serve/pick-version.js";
import type { LoadReference } from "./load-reference.js";

/** The references that a project's versions keep: of the version that `serve` would take by the same name. */
export function modelReference(root: string): LoadReference {
  return async (asked) => {
    const { version } = pickVersion(root, asked);
    if (version.reference === null) {
      throw new Error(
        `Cannot check model ${version.model}: its version ${version.number} was made without a reference. Give model(…) the rows that it learned from as reference, or name a file: --reference FILE`,
      );
    }
    const bytes = await openStore(root).get(version.reference);
    // Written by the registry from `sketchReference`, and held against its hash by the store.
    const sketch = JSON.parse(bytes.toString("utf8")) as ReferenceSketch;
    return { sketch, model: version.model, version: version.id, number: version.number };
  };
}
