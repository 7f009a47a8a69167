import type { ChildProcess } from "node:child_process";

export interface StopOptions {
  /** Default: SIGINT, on which our own programs end what they have under way. */
  readonly signal?: NodeJS.Signals;
  /** A child that is still there then is killed. */
  readonly killAfterMs?: number;
}

/**
 * Ends a child and resolves to its exit code once it has closed: only then does it write no more, so that its folder can be
 * removed. One that has ended already is left alone.
 */
export async function stopChild(
  child: ChildProcess,
  { signal = "SIGINT", killAfterMs = 20_000 }: StopOptions = {},
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  child.kill(signal);
  try {
    return await closed;
  } finally {
    clearTimeout(timer);
  }
}
