import { type Classes, hashValues } from "../../artifacts/index.js";

/** Hashes of values that must not change while a step runs, by name. */
export async function fingerprints(
  values: Readonly<Record<string, unknown>>,
  classes: Classes,
): Promise<Readonly<Record<string, string>>> {
  return Object.keys(values).length === 0 ? {} : hashValues(values, { classes });
}

/** Names whose value is not what it was, sorted. */
export async function changedValues(
  values: Readonly<Record<string, unknown>>,
  classes: Classes,
  before: Readonly<Record<string, string>>,
): Promise<string[]> {
  const after = await fingerprints(values, classes);
  return Object.keys(after)
    .filter((name) => after[name] !== before[name])
    .sort();
}
