/**
 * What runs are found by, each with its parts: `run` id · `writer` id · `notebook` name · `metric` name · `metric-in` name, notebook · `param` name · `read` and
 * `write` absolute path, first digits of the hash of its bytes (none where it is not known) · `file` base name, absolute path · `cell` id, notebook · `shared` id, notebook (code that a step of the run called) ·
 * `artifact` name · `hash` first digits of an artifact's hash · `model` name.
 */
export type KeyKind =
  | "run"
  | "writer"
  | "notebook"
  | "metric"
  | "metric-in"
  | "param"
  | "read"
  | "write"
  | "file"
  | "cell"
  | "shared"
  | "artifact"
  | "hash"
  | "model";

const SEPARATOR = "\0";
/** Digits of a hash that stand in a key: more would only make the index larger. */
export const HASH_DIGITS = 16;

export function keyOf(kind: KeyKind, ...parts: readonly string[]): string {
  return `${kind}${SEPARATOR}${parts.map(toPart).join(SEPARATOR)}`;
}

/** A part as it stands in a key. */
export function toPart(text: string): string {
  return text.includes(SEPARATOR) ? text.replaceAll(SEPARATOR, "\ufffd") : text;
}

/** What all keys of a kind begin with, whose first parts are these. */
export function prefixOf(kind: KeyKind, ...parts: readonly string[]): string {
  return parts.length === 0 ? `${kind}${SEPARATOR}` : `${keyOf(kind, ...parts)}${SEPARATOR}`;
}

/** Without the kind. */
export function partsOf(key: string): readonly string[] {
  return key.split(SEPARATOR).slice(1);
}

export function kindOf(key: string): string {
  return key.slice(0, key.indexOf(SEPARATOR));
}
