import { setTimeout as wait } from "node:timers/promises";
import type { RunDocument, RunProgress } from "../pipeline/run/run-document.js";

export interface FollowOptions {
  /** The run's document as it lies on disk. */
  readonly read: () => Promise<RunDocument | null>;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly send: (progress: RunProgress) => void;
}

/** Tells each change of a run that another process does, until it ends, vanishes or nobody listens. */
export async function followRun({ read, every, signal, send }: FollowOptions): Promise<void> {
  let last = "";
  while (!signal.aborted) {
    const document = await read();
    if (document === null) return;
    const text = JSON.stringify(document);
    if (text !== last) {
      last = text;
      send({ kind: "run", document });
    }
    if (document.status !== "running") return;
    await wait(every, undefined, { signal }).catch(() => {});
  }
}
