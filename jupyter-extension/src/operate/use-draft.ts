import { useCallback, useSyncExternalStore } from "react";
import type { Drafts } from "../model/drafts.js";

/** Like `useState`, kept in the notebook's drafts under a key that one place alone uses. */
export function useDraft<T>(drafts: Drafts, key: string, initial: T): [T, (value: T | undefined) => void] {
  const kept = useSyncExternalStore(drafts.subscribe, () => drafts.get(key));
  const set = useCallback((value: T | undefined) => drafts.set(key, value), [drafts, key]);
  // What stands under the key was put there by this hook's `set`, at the same place.
  return [kept === undefined ? initial : (kept as T), set];
}
