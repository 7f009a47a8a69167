import { availableParallelism } from "node:os";
import { onInterrupt } from "./on-interrupt.js";
import { printSweep } from "./print-sweep.js";
import { ProcessPool } from "./process-pool.js";
import type { RunDocument } from "./run-document.js";
import { exitCodeOf, type TerminalOptions } from "./run-in-terminal.js";
import { newRunId, runProgram } from "./run-program.js";
import type { RunnableProgram } from "./runnable-program.js";
import type { StepChoice } from "./select-steps.js";
import { SharedWork } from "./shared-work.js";
import { inSweepOrder, type SweepOrder, sweepTable } from "./sweep-table.js";

export interface SweepOptions extends TerminalOptions {
  /** Steps at work at the same time, in all runs together. Default: the number of cores. */
  readonly concurrency?: number;
  /** As in `RunOptions`. */
  readonly keepInputs?: string;
}

/** The points of a grid and how to run each. */
export interface Sweep {
  readonly points: readonly Readonly<Record<string, unknown>>[];
  /** Names of the params that differ from point to point. */
  readonly varied: readonly string[];
  readonly order: SweepOrder | null;
  readonly choice: StepChoice;
}

/**
 * Runs a grid for a person at a terminal, as many points at once as there are cores. What points share is done once: who comes second
 * waits for it and takes it from the cache. Ends with a table in the order of the grid. Ctrl-C cancels all. Resolves to the exit code: the
 * highest of all runs, so 130 if one was cancelled.
 */
export async function runSweep(target: RunnableProgram, grid: Sweep, options: SweepOptions): Promise<number> {
  const stdout = options.stdout ?? process.stdout;
  const progress = options.json ? (options.stderr ?? process.stderr) : stdout;
  const { points, varied, choice, order } = grid;
  const id = newRunId();
  const cores = options.concurrency ?? availableParallelism();
  const pool = target.pool ?? new ProcessPool(target.workFolder, { host: target.modules.host, ahead: cores });
  const shared = new SharedWork(pool, cores);
  const print = printSweep(progress, points.length);
  const runs = new Map<number, RunDocument>();
  const cancel = new AbortController();
  const release = onInterrupt(() => cancel.abort());
  const queue = points.entries();
  // Each takes the next point when it has ended one.
  const worker = async (): Promise<void> => {
    for (const [index, params] of queue) {
      if (cancel.signal.aborted) return;
      const values = varied.map((name) => `${name}=${text(params[name])}`).join(" ");
      runs.set(
        index,
        await runProgram(target, {
          ...choice,
          params,
          sweep: id,
          shared,
          concurrency: cores,
          ...(options.keepInputs === undefined ? {} : { keepInputs: options.keepInputs }),
          signal: cancel.signal,
          onProgress: print(`${index + 1} of ${points.length}: ${values}`),
        }),
      );
    }
  };
  try {
    const workers = await Promise.allSettled(Array.from({ length: Math.min(cores, points.length) }, worker));
    for (const ended of workers) if (ended.status === "rejected") throw ended.reason;
  } finally {
    release();
    if (target.pool === undefined) pool.close();
  }
  const inOrder = [...runs].sort(([a], [b]) => a - b).map(([, run]) => run);
  const sorted = order === null ? inOrder : inSweepOrder(inOrder, order);
  progress.write(`\n${sweepTable(sorted, varied, order)}`);
  const document = { sweep: id, notebook: target.program.plan.notebook, params: varied, runs: sorted };
  if (options.json) stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return cancel.signal.aborted ? 130 : Math.max(0, ...inOrder.map(exitCodeOf));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
