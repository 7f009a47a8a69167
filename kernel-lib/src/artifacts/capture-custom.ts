import { createHash } from "node:crypto";
import { CannotStoreError } from "./cannot-store-error.js";
import { canonicalHash } from "./canonical-hash.js";
import { CODEC_DATA, codecFor } from "./codec.js";
import { encodeBundle } from "./encode.js";
import type { Classes } from "./kinds.js";
import { Leaves, withLeaves } from "./leaves.js";
import type { Leaf } from "./tfjs.js";

/** What is needed to store values of these classes, and of the codecs that are registered. */
export function leavesFor(classes: Classes): Leaves {
  return new Leaves((value, path) => captureCustom(value, path, classes));
}

/** A value of a registered codec as the stored object of what the codec gives for it. */
async function captureCustom(value: object, path: string, classes: Classes): Promise<Leaf> {
  const codec = codecFor(value);
  if (codec === null) throw new Error(`Cannot store ${path}: its codec is registered no more`);
  let data: unknown;
  try {
    data = await codec.encode(value);
  } catch (error) {
    throw new CannotStoreError(
      path,
      `its codec ${codec.name} failed (${error instanceof Error ? error.message : String(error)})`,
      "Mend the codec's encode",
    );
  }
  if (data === value)
    throw new CannotStoreError(path, `its codec ${codec.name} gives the value itself`, "Give plain data instead");
  const leaves = leavesFor(classes);
  const hash = await withLeaves(leaves, () => canonicalHash(path, data, classes, leaves));
  return {
    hash: createHash("sha256")
      .update(JSON.stringify([codec.name, hash]))
      .digest("hex"),
    kind: "custom",
    meta: { codec: codec.name },
    bytes: encodeBundle(new Map([[CODEC_DATA, data]]), classes, leaves),
  };
}
