import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** sha256 (hex) of a file's bytes, which may be more than fit into memory. */
export function hashFile(path: string): string {
  const sum = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const fd = openSync(path, "r");
  try {
    for (let got = readSync(fd, piece); got > 0; got = readSync(fd, piece)) sum.update(piece.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return sum.digest("hex");
}
