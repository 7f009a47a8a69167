import { onInterrupt } from "./on-interrupt.js";
import { type ProgressStream, printProgress } from "./print-progress.js";
import type { RunDocument } from "./run-document.js";
import type { RunOptions } from "./run-program.js";

export interface TerminalOptions {
  /** Print one JSON document to `stdout`, and the progress to `stderr`. */
  readonly json: boolean;
  readonly stdout?: ProgressStream;
  readonly stderr?: ProgressStream;
}

/**
 * Runs for a person at a terminal: prints the progress, and cancels at Ctrl-C (a second one ends at once, as always).
 * Resolves to the exit code: 0 if all went well, 1 if not, 130 if cancelled.
 */
export async function runInTerminal(
  start: (options: RunOptions) => Promise<RunDocument>,
  options: TerminalOptions,
): Promise<number> {
  const stdout = options.stdout ?? process.stdout;
  const stderr = options.stderr ?? process.stderr;
  const cancel = new AbortController();
  const release = onInterrupt(() => cancel.abort());
  try {
    const document = await start({
      onProgress: printProgress(options.json ? stderr : stdout),
      signal: cancel.signal,
    });
    if (options.json) stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodeOf(document);
  } finally {
    release();
  }
}

export function exitCodeOf({ status }: Pick<RunDocument, "status">): number {
  return { succeeded: 0, failed: 1, running: 1, cancelled: 130 }[status];
}
