import { serverLog } from "./capture-output.js";
import { currentOutput } from "./cell-output.js";
import type { CellSources } from "./cell-sources.js";
import { offerForcedStop } from "./forced-stop.js";
import { Interrupted, ProcessExit } from "./stops.js";
import { thrownFailure } from "./thrown-failure.js";

/**
 * Keeps the kernel alive whatever a cell does: an error that nobody caught is told below the cell that started it, and
 * `process.exit` ends the cell. Returns the way to really exit.
 */
export function guardProcess(sources: () => CellSources | null): (code: number) => never {
  const exit = catchEnds();
  // A library may well be deeper than Node's ten frames, and the person's own line is below that.
  Error.stackTraceLimit = STACK_FRAMES;
  offerForcedStop();
  process.on("uncaughtException", (error) => tell("Uncaught error", error, sources()));
  process.on("unhandledRejection", (reason) => tell("Unhandled rejection", reason, sources()));
  return exit;
}

const STACK_FRAMES = 60;

/** Signals that end a process which does not listen for them, and that nobody sends to the own process for another reason. */
const ENDING = new Set<string | number>(["SIGTERM", "SIGKILL", "SIGHUP", "SIGQUIT", "SIGABRT", 15, 9, 1, 3, 6]);

/** Makes the calls that end a process throw; returns the way to really exit. */
function catchEnds(): (code: number) => never {
  const { exit, kill } = process;
  // Not in Node's types: what `exit` comes down to, and some call it themselves.
  const bare = process as unknown as { reallyExit: (code: number) => void };
  const { reallyExit } = bare;
  process.exit = (code) => {
    throw new ProcessExit(Number(code ?? process.exitCode ?? 0));
  };
  process.abort = () => {
    throw new ProcessExit(134, "process.abort()");
  };
  bare.reallyExit = (code) => {
    throw new ProcessExit(code, "process.reallyExit()");
  };
  process.kill = (pid, signal = "SIGTERM") => {
    if (pid === process.pid && ENDING.has(signal))
      throw new ProcessExit(143, "process.kill() of the kernel's own process");
    return kill.call(process, pid, signal);
  };
  return (code) => {
    bare.reallyExit = reallyExit;
    // A cell's code for the end of its process is not the kernel's.
    process.exitCode = undefined;
    return exit.call(process, code) as never;
  };
}

function tell(what: string, thrown: unknown, sources: CellSources | null): void {
  if (thrown instanceof Interrupted) return;
  const output = currentOutput();
  const detail =
    sources === null
      ? String(thrown instanceof Error ? thrown.stack : thrown)
      : thrownFailure(thrown, sources).traceback.join("\n");
  const message = thrown instanceof ProcessExit ? thrown.message : `${what} in a callback: ${detail}`;
  if (output === undefined) serverLog(message);
  else output.stream("stderr", `${message}\n`);
}
