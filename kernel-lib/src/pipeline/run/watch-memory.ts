import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

const LOOK_EVERY_MS = 100;

/**
 * Looks at a process's resident set until it is told to stop, and tells when it is above the limit. A limit of Node's own heap
 * would not count what lies outside of it: buffers, typed arrays, native libraries.
 *
 * @returns stops it
 */
export function watchMemory(
  pid: number | undefined,
  limitBytes: number | null,
  onOver: (bytes: number) => void,
): () => void {
  if (pid === undefined || limitBytes === null) return () => {};
  const timer = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      if (bytes > limitBytes) onOver(bytes);
    });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** 0 if the process is gone. */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, stdout) => resolve(error ? 0 : Number(stdout) * 1024));
  });
}
