import { watch } from "node:fs";
import type { EventEnvelope } from "./events.js";
import { prepareProject } from "./project.js";
import { compareEvents, LogTail } from "./read-log.js";

export interface TailOptions {
  /** Ends the watching. */
  readonly signal?: AbortSignal;
  /** How often to look even if the system says nothing (network folders never do). Milliseconds; default 1000. */
  readonly everyMs?: number;
}

/**
 * Hands on all committed events, and then new ones as they are committed, each call's in the order of the clock. Does not
 * keep the process alive.
 */
export function tailLog(
  root: string,
  onEvents: (events: readonly EventEnvelope[]) => void,
  { signal, everyMs = 1000 }: TailOptions = {},
): void {
  const { lineage } = prepareProject(root);
  const tail = new LogTail(root);
  const look = (): void => {
    const fresh: EventEnvelope[] = [];
    tail.refresh((events) => {
      for (const event of events) fresh.push(event);
    });
    if (fresh.length > 0) onEvents(fresh.sort(compareEvents));
  };
  look();
  if (signal?.aborted) return;
  const timer = setInterval(look, everyMs).unref();
  // A commit is some writes close together: one look serves them all.
  let soon: NodeJS.Timeout | null = null;
  const watcher = watch(lineage, { persistent: false }, () => {
    soon ??= setTimeout(() => {
      soon = null;
      look();
    }, 10).unref();
  });
  // Without the system's help the timer is left.
  watcher.on("error", () => watcher.close());
  signal?.addEventListener("abort", () => {
    clearInterval(timer);
    if (soon) clearTimeout(soon);
    watcher.close();
  });
}
