import { inspect } from "node:util";

/** What Node's console would show, without colours. Never throws. */
export function toText(value: unknown): string {
  try {
    return inspect(value, { colors: false });
  } catch (error) {
    // A getter, a proxy or a custom inspector of the value failed.
    return `[value that cannot be shown: ${error instanceof Error ? error.message : "its own code threw"}]`;
  }
}
