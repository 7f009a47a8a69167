import { unpackContainer } from "./container.js";
import { decodeBundle, decodeTable } from "./decode.js";
import type { EncodedBundle } from "./format.js";
import { isArrowFile } from "./is-arrow-file.js";
import type { Classes } from "./kinds.js";

/**
 * The values of a stored object outside of the notebook that made it: instances of the notebook's classes come as plain ones of the
 * same name. A table that stands alone has no name. Null for bytes that hold no values: a file that a run read, a model's code.
 */
export async function openObject(bytes: Buffer): Promise<ReadonlyMap<string | null, unknown> | null> {
  const load = (specifier: string): Promise<object> => import(specifier);
  if (isArrowFile(bytes)) {
    // Another program's Arrow file may hold what ours does not.
    const table = await decodeTable(bytes, load).catch(() => null);
    return table === null ? null : new Map([[null, table]]);
  }
  if (bytes.subarray(0, 8).toString("latin1") !== "TAGLINE1") return null;
  // Written by `encodeBundle`; the store has checked the bytes.
  const { pools, nodes } = unpackContainer(bytes).header as EncodedBundle;
  const classes: Record<string, Classes[string]> = {};
  for (const { className } of [...pools, ...nodes])
    if (className !== undefined && className !== "tf.History") classes[className] ??= standIn(className);
  const withoutCodec = (codec: string, data: unknown): object => ({ codec, data });
  return decodeBundle(bytes, { classes, load, withoutCodec });
}

function standIn(name: string): Classes[string] {
  return { [name]: class {} }[name] ?? Object;
}
