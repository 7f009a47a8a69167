import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Tidied } from "../lineage/tidy-log.js";

export interface KeepTidyOptions {
  /** How long after the start, and how often then, it is looked whether something is to be done. Milliseconds. */
  readonly firstMs?: number;
  readonly everyMs?: number;
  readonly onTidied?: (tidied: Tidied) => void;
  /** Nothing was done, and why. */
  readonly onProblem?: (message: string) => void;
}

/** Tidies a project's log once a day, in a thread of its own, for as long as a service lives. */
export function keepTidy(
  root: string,
  {
    firstMs = 60_000,
    everyMs = 3_600_000,
    onTidied = () => {},
    onProblem = (message) => console.error(message),
  }: KeepTidyOptions = {},
): { stop(): Promise<void> } {
  const thread = new URL("./tidy-worker.js", import.meta.url);
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  const look = (): void => {
    // From sources there is none.
    if (worker !== null || !existsSync(fileURLToPath(thread))) return;
    const started = new Worker(thread, { workerData: root });
    worker = started;
    started.unref();
    started.on("message", (tidied: Tidied | null) => {
      if (tidied !== null) onTidied(tidied);
    });
    started.on("error", (error) =>
      onProblem(`Cannot tidy the lineage log of ${root}: ${error instanceof Error ? error.message : String(error)}`),
    );
    ended = new Promise((resolve) =>
      started.on("exit", () => {
        worker = null;
        resolve();
      }),
    );
  };
  const first = setTimeout(look, firstMs).unref();
  const timer = setInterval(look, everyMs).unref();
  return {
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      // Whatever it is at, the log bears being left there.
      await worker?.terminate();
      await ended;
    },
  };
}
