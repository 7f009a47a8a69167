import { createHash } from "node:crypto";
import { pristine } from "./pristine-fs.js";

export interface HashedFile {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export function hashBytes(bytes: Uint8Array): HashedFile {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength };
}

const CHUNK_BYTES = 1024 * 1024;

/** Hash of a file as it is now; null if it is gone, or changed since `mtimeMs`. */
export async function hashFile(path: string, mtimeMs: number | null): Promise<HashedFile | null> {
  try {
    const handle = await pristine.promises.open(path, "r");
    try {
      const { mtimeMs: now } = await handle.stat();
      if (mtimeMs !== null && now !== mtimeMs) return null;
      const hash = createHash("sha256");
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) break;
        hash.update(chunk.subarray(0, bytesRead));
        bytes += bytesRead;
      }
      return { sha256: hash.digest("hex"), bytes };
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
