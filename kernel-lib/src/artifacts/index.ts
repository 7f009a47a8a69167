export type { ArtifactStore, ObjectEntry } from "./artifact-store.js";
export {
  hashValues,
  type LoadOptions,
  loadBundle,
  type SaveOptions,
  type StoredRef,
  type StoredValue,
  saveBundle,
  type Values,
} from "./bundle.js";
export { CannotStoreError } from "./cannot-store-error.js";
export { collectGarbage, type Garbage } from "./collect-garbage.js";
export type { Classes } from "./kinds.js";
export { openLocalStore, openStore } from "./store.js";
export { summarize } from "./summarize.js";
