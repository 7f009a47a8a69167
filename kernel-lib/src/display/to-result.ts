import { types } from "node:util";
import { atMost } from "./display-handle.js";
import type { MimeBundle } from "./mime-bundle.js";
import { toDisplayed, toMimeBundle } from "./to-mime-bundle.js";

/** How long a cell waits for a value that shows itself asynchronously, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How a cell's last expression is shown, or null if nothing is: `undefined`, handles of outputs, values that want it so. Never rejects. */
export async function toResult(value: unknown, patienceMs = PATIENCE_MS): Promise<MimeBundle | null> {
  if (value === undefined) return null;
  const shown = toDisplayed(value);
  if (!types.isPromise(shown)) return shown;
  const later = await atMost(shown, patienceMs);
  return later === undefined ? toMimeBundle(value) : later;
}
