import type { Command } from "commander";
import { UsageError } from "../pipeline/run/usage-error.js";
import { type CliStreams, printJson } from "./streams.js";

interface TraceFlags {
  readonly json?: boolean;
  readonly timeout?: string;
}

/** Adds `tagline trace`. */
export function addTraceCommand(program: Command, streams: CliStreams, setExitCode: (code: number) => void): void {
  program
    .command("trace")
    .description("execute a notebook and show what each cell read, wrote and changed; exits 1 when a cell failed")
    .argument("<notebook>", "path of the .ipynb file, which stays as it is")
    .option("--timeout <seconds>", "stop a cell that takes longer, and go on with the next")
    .option("--json", "print [{cell, reads, writes, mutates, files, params, metrics, error}] as one JSON document")
    .action(async (notebook: string, options: TraceFlags) => {
      const { trace, formatTrace } = await import("./trace/trace.js");
      const timeoutS = options.timeout === undefined ? null : readTimeout(options.timeout);
      const document = await trace(notebook, { timeoutS, stderr: streams.stderr });
      if (options.json) printJson(streams, document);
      else streams.stdout.write(formatTrace(document));
      setExitCode(document.some(({ error }) => error !== null) ? 1 : 0);
    });
}

function readTimeout(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new UsageError(`Cannot set --timeout to ${text}: it must be a number of seconds above 0.`);
  return seconds;
}
