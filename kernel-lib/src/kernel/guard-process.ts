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
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    throw new ProcessExit(Number(code ?? process.exitCode ?? 0));
  };
  offerForcedStop();
  process.on("uncaughtException", (error) => tell("Uncaught error", error, sources()));
  process.on("unhandledRejection", (reason) => tell("Unhandled rejection", reason, sources()));
  return exit;
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
