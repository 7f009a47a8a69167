import { createHash } from "node:crypto";
import type { ModelManifest } from "./model-version.js";

/** What a version is by its content; run, time, metrics, packages and example are told with it but do not count. */
export type VersionContent = Pick<ModelManifest, "entry" | "captures" | "input" | "output" | "target" | "reference">;

/** sha256 (hex) of a version's canonical content. */
export function versionId({ entry, captures, input, output, target, reference }: VersionContent): string {
  const values = Object.fromEntries(captures.map(({ name, hash }) => [name, hash]));
  const content = { v: 1, entry, captures: values, input, output, target, reference };
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** JSON with sorted keys and no white space: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
