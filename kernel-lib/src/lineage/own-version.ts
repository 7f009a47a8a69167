import { readFileSync } from "node:fs";

let version: string | undefined;

/** The version in Tagline's own package.json. */
export function ownVersion(): string {
  // npm requires the field.
  version ??= (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string })
    .version;
  return version;
}
