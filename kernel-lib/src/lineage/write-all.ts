import { writeSync } from "node:fs";

/** Writes all of the bytes where the file stands: one call may take fewer than it is given. */
export function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
