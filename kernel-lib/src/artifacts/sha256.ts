import { createHash } from "node:crypto";

/** sha256 of the bytes, hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The hash itself. Throws for anything that is no sha256: it becomes a part of a path. */
export function checkHash(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new Error(`Cannot find an artifact by ${JSON.stringify(hash)}: give the 64 hex digits of a sha256`);
  return hash;
}
