import type { ArtifactStore } from "./artifact-store.js";
import { checkHash } from "./sha256.js";

/** A store that is opened by its first use, once. */
export function lazyStore(place: string, open: () => Promise<ArtifactStore>): ArtifactStore {
  let opened: Promise<ArtifactStore> | null = null;
  const store = (): Promise<ArtifactStore> => {
    opened ??= open();
    return opened;
  };
  return {
    place,
    put: async (bytes) => (await store()).put(bytes),
    putFile: async (path) => (await store()).putFile(path),
    get: async (hash) => (await store()).get(checkHash(hash)),
    getFile: async (hash, path) => (await store()).getFile(checkHash(hash), path),
    has: async (hash) => (await store()).has(checkHash(hash)),
    async *list() {
      yield* (await store()).list();
    },
    remove: async (hash, unlessAfterMs) => (await store()).remove(checkHash(hash), unlessAfterMs),
  };
}
