import type { ArtifactStore } from "./artifact-store.js";

/** Larger objects are looked at by whoever reads them. */
const SMALL_BYTES = 1 << 20;

/** Whether an object is there and, where looking costs next to nothing, whether its bytes are still those of its hash. */
export async function isIntact(
  store: ArtifactStore,
  { object, bytes }: { readonly object: string; readonly bytes: number },
): Promise<boolean> {
  if (bytes > SMALL_BYTES || store.place.startsWith("s3:")) return store.has(object);
  return store.get(object).then(
    () => true,
    () => false,
  );
}
