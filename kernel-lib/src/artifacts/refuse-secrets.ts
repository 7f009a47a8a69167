import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { secretIn } from "../lineage/known-secrets.js";

/** Throws where a secret that this process knows stands in the bytes. */
export function refuseSecrets(bytes: Uint8Array): void {
  const secret = secretIn(bytes);
  if (secret === null) return;
  throw new Error(
    `Cannot store a value that holds the secret ${secret}: call secret("${secret}") in each step that needs it, or in a parameters or setup cell`,
  );
}

/** No known secret is longer; a piece of a file is looked at together with so much of the one before. */
const OVERLAP = 4096;

/** sha256 and size of a file, read piece by piece. Throws where a secret stands in it. */
export async function hashFile(path: string): Promise<{ readonly hash: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let tail = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
    const seen = Buffer.concat([tail, piece]);
    refuseSecrets(seen);
    tail = seen.subarray(-OVERLAP);
  }
  return { hash: hash.digest("hex"), bytes };
}
