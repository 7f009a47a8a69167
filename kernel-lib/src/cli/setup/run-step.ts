import { execFile } from "node:child_process";

/** How much of a program's output is read. */
const MOST_BYTES = 64 * 2 ** 20;

/** A program that could not be started, or ended badly. */
export class StepError extends Error {
  /** True if there is no such program. */
  readonly isMissing: boolean;

  constructor(message: string, isMissing: boolean) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** Runs a program to its end, and gives its standard output. Rejects with `StepError`, whose message ends with the program's own last words. */
export function runStep(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((done, fail) => {
    execFile(command, args, { ...options, maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (error === null) {
        done(stdout);
        return;
      }
      const isMissing = error.code === "ENOENT";
      const words = lastLines(`${stdout}\n${stderr}`);
      fail(new StepError(isMissing ? `${command} is not installed` : `${command} failed\n${words}`, isMissing));
    });
  });
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .slice(-8)
    .map((line) => `  ${line.slice(0, 240)}`)
    .join("\n");
}
