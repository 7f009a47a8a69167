import { createHash } from "node:crypto";

/** All that a step's result depends on, as far as it is known before it runs. The files it reads come on top. */
export interface StepIdentity {
  /** Hash of all code that the step runs. */
  readonly code: string;
  /** Hash of each input by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Values of the params that it reaches. */
  readonly params: Readonly<Record<string, unknown>>;
  /** `node` (major version), `tagline`, and each package that its code imports, with their versions. */
  readonly environment: Readonly<Record<string, string>>;
}

/** sha256 (hex) over the identity; the order of its keys does not matter. */
export function staticKey(identity: StepIdentity): string {
  return createHash("sha256").update(canonicalJson(identity)).digest("hex");
}

/** JSON with sorted keys, in which -0, NaN and the infinities differ from their neighbours. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number") {
    return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? String(value) : `"#${value}"`;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
