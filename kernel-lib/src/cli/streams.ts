import type { ProgressStream } from "../pipeline/run/print-progress.js";

/** Where a command prints. */
export interface CliStreams {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
}

export const processStreams: CliStreams = process;

/** Prints the one JSON document of a command. */
export function printJson(streams: CliStreams, document: unknown): void {
  streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
