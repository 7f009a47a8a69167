import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { LogIndex } from "./log-index.js";

/** Less than this of the log is read faster than a thread starts. */
const WORTH_BYTES = 2 << 20;

const running = new Map<string, Promise<void>>();

/**
 * Brings a project's index up to date in a thread of its own, where there is much to read, so that this one goes on answering
 * meanwhile. Never fails: what is not in the index, whoever opens the log reads itself.
 */
export function indexInThread(root: string): Promise<void> {
  const known = running.get(root);
  if (known !== undefined) return known;
  if (new LogIndex(root, { keepBytes: Number.POSITIVE_INFINITY }).pendingBytes() < WORTH_BYTES)
    return Promise.resolve();
  const work = runThread(root).finally(() => running.delete(root));
  running.set(root, work);
  return work;
}

function runThread(root: string): Promise<void> {
  const thread = new URL("./index-thread.js", import.meta.url);
  // From sources there is none.
  if (!existsSync(fileURLToPath(thread))) return Promise.resolve();
  return new Promise((resolve) => {
    const worker = new Worker(thread, { workerData: root });
    worker.unref();
    worker.on("error", () => resolve());
    worker.on("exit", () => resolve());
  });
}
