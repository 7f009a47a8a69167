import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { capturesNothing } from "../../analyze/captures-nothing.js";
import { createCellCompiler } from "../../analyze/create-cell-compiler.js";
import { originalText } from "../../analyze/original-text.js";
import { tidyPromises, toMimeBundle } from "../../display/index.js";
import { captureOutput } from "../../kernel/capture-output.js";
import { CellExecutor } from "../../kernel/cell-executor.js";
import type { CellOutput } from "../../kernel/cell-output.js";
import type { CellSources } from "../../kernel/cell-sources.js";
import { lenientCompiler } from "../../kernel/lenient-compiler.js";
import { settingsReader } from "../../kernel/notebook-settings.js";
import { CodeRunner } from "../../kernel/run-code.js";
import type { CellError } from "../../lineage/cell-trace.js";
import { findProjectRoot } from "../../lineage/project.js";
import type { NotebookCell } from "../../notebook/notebook.js";
import { untracked } from "../../track/cell-context.js";
import { patchFunctionText } from "../../track/function-text.js";
import { installTracking } from "../../track/install-tracking.js";
import { setLateListener } from "../../track/late-facts.js";
import { setSession } from "../../track/session-port.js";
import { type CellReport, emptyReport, type TraceMessage, toReport, withUses } from "./cell-report.js";

export interface TraceCellsOptions {
  /** Absolute. */
  readonly notebook: string;
  readonly tell: (message: TraceMessage) => void;
  /** Told where errors find the cells' own lines. */
  readonly onSources: (sources: CellSources) => void;
}

/**
 * Executes cells one after the other, as the kernel would, a failed one not keeping the next from running. What they print
 * goes to standard error. Takes this process over: once, and for nothing else.
 */
export async function traceCells(
  cells: readonly NotebookCell[],
  { notebook, tell, onSources }: TraceCellsOptions,
): Promise<void> {
  const folder = dirname(notebook);
  const runner = new CodeRunner();
  const output = outputTo(process.stderr.write.bind(process.stderr));
  captureOutput();
  let executor: CellExecutor | null = null;
  installTracking({ folder, capturesNothing });
  patchFunctionText(originalText);
  tidyPromises();
  const stops = watchStops(runner);
  const scratch = holdSession(folder, () => executor);
  const typed = createCellCompiler({ folder });
  // What it loads first is no cell's time.
  // What the compiler keeps for the next start is no cell's, whenever it is written.
  untracked(() => typed.warm());
  const settings = settingsReader({ notebook, root: findProjectRoot(folder) });
  const compiler = lenientCompiler(typed, () => untracked(settings).typecheck);
  executor = new CellExecutor({ folder, compiler, runner });
  onSources(executor.sources);
  const shorten = pathsFrom(folder);
  const reports: CellReport[] = [];
  // A timer of a cell may come to work while a later one runs: what it does is the first one's.
  setLateListener(({ cellId }, uses) => {
    const index = cells.findIndex(({ id }) => id === cellId);
    const report = reports[index];
    if (report === undefined) return;
    reports[index] = withUses(report, uses);
    tell({ kind: "cell", index, report: reports[index] });
  });
  for (const [index, { id, source, tags }] of cells.entries()) {
    tell({ kind: "begin", index });
    const request = { code: source, cellId: id, tags, label: `cell [${index + 1}]`, output };
    const { value, failure, trace } = await executor.execute(request);
    const error = failure === null ? null : stops.reasonFor(failure.error);
    if (value !== undefined && value[0] !== undefined) untracked(() => show(value[0], output));
    if (failure !== null) output.stream("stderr", `${failure.traceback.join("\n")}\n`);
    const report = trace === null ? emptyReport(id, error ?? unknownError) : { ...toReport(id, trace, shorten), error };
    reports[index] = report;
    tell({ kind: "cell", index, report });
  }
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
}

/** A cell that did not run did so for a reason; the executor's contract. */
const unknownError: CellError = { name: "Error", message: "the cell did not run", line: null, column: null, stack: [] };

function outputTo(write: (text: string) => boolean): CellOutput {
  return {
    stream: (_name, text) => void write(text),
    display: ({ data }) => void write(`${String(data["text/plain"] ?? "")}\n`),
  };
}

/** As a front end would: making the text may run the person's own code. */
function show(value: unknown, output: CellOutput): void {
  try {
    output.display({ ...toMimeBundle(value), update: false });
  } catch (error) {
    output.stream("stderr", `Cannot show the cell's result: ${String(error)}\n`);
  }
}

/** Ends a cell that would never end: its promise has nothing left that could settle it, or its time is over. */
function watchStops(runner: CodeRunner): { reasonFor(error: CellError): CellError } {
  let isStuck = false;
  process.on("beforeExit", () => {
    isStuck = runner.interrupt() || isStuck;
    // The next cell may wait so too; without something to do Node would not come here again.
    setImmediate(() => {});
  });
  const interrupt = (): void => {
    runner.interrupt();
    // Node takes listeners off while a breakable script runs.
    process.off("SIGINT", interrupt).on("SIGINT", interrupt);
  };
  process.on("SIGINT", interrupt);
  return {
    reasonFor(error) {
      if (error.name !== "Interrupted") return error;
      const wasStuck = isStuck;
      isStuck = false;
      return wasStuck
        ? {
            ...error,
            name: "UnsettledPromise",
            message: "the cell waits for a promise that nothing can settle any more",
          }
        : { ...error, name: "TimeoutError", message: "the cell took longer than --timeout allows" };
    },
  };
}

/** `model()` registers into a folder of its own, which goes when the trace ends: a trace leaves nothing behind. */
function holdSession(folder: string, executor: () => CellExecutor | null): string {
  const root = mkdtempSync(join(tmpdir(), "tagline-trace-"));
  setSession({
    root,
    folder,
    notebook: null,
    run: "trace",
    cells: () => executor()?.cells ?? [],
    valueOf: (name) => executor()?.bindings.peek(name),
    record: async () => {},
  });
  return root;
}

/** Paths below the project's root become relative to the notebook's folder. */
function pathsFrom(folder: string): (path: string) => string {
  const root = findProjectRoot(folder);
  return (path) => {
    const fromRoot = relative(root, path);
    if (fromRoot.startsWith("..") || isAbsolute(fromRoot)) return path;
    return relative(folder, path).split(sep).join("/");
  };
}
