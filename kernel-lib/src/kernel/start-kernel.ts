import { resolve } from "node:path";
import { capturesNothing } from "../analyze/captures-nothing.js";
import { originalText } from "../analyze/original-text.js";
import { setFrameReader, tidyPromises } from "../display/index.js";
import { describeEnvironment } from "../lineage/describe-environment.js";
import { notebookPath } from "../lineage/notebook-path.js";
import type { LineageLog } from "../lineage/open-log.js";
import { openLog } from "../lineage/open-log.js";
import { findProjectRoot } from "../lineage/project.js";
import { SessionLog } from "../lineage/session-log.js";
import { untracked } from "../track/cell-context.js";
import { patchFunctionText } from "../track/function-text.js";
import { installTracking } from "../track/install-tracking.js";
import { setSession } from "../track/session-port.js";
import { BreakPermit } from "./break-permit.js";
import { serverLog } from "./capture-output.js";
import type { CellExecutor } from "./cell-executor.js";
import { guardProcess } from "./guard-process.js";
import { historyFile } from "./history-file.js";
import { Kernel } from "./kernel.js";
import { kernelInfo } from "./kernel-info.js";
import { kernelSettings } from "./kernel-settings.js";
import { lenientCompiler } from "./lenient-compiler.js";
import { executingParent, parentNotebook } from "./parent-notebook.js";
import { CodeRunner } from "./run-code.js";
import { readFrame } from "./thrown-failure.js";
import { IdleHashes } from "./vouch/idle-hashes.js";
import { notebookTags } from "./vouch/notebook-tags.js";
import type { Connection } from "./wire/connection.js";
import type { Incoming } from "./wire/message.js";
import { openWire } from "./wire/wire.js";

/** Opens the wire, answers requests, and meanwhile loads the compiler. `folder`: the notebook's, absolute. */
export async function startKernel(connection: Connection, folder: string): Promise<void> {
  let executor: CellExecutor | null = null;
  const exit = guardProcess(() => executor?.sources ?? null);
  const root = findProjectRoot(folder);
  const told = notebookPath(process.env["JPY_SESSION_NAME"], folder, root);
  const parent = told === null ? executingParent() : null;
  const notebook = told ?? notebookPath(parent?.input, folder, root);
  const settings = kernelSettings(root, folder, notebook === null ? parentNotebook() : resolve(root, notebook));
  const { track, tfjsBackend } = settings.now();
  installTracking({ folder, capturesNothing, on: track });
  // Whoever trains looks there, child processes as well.
  if (tfjsBackend !== null) process.env["TAGLINE_TFJS_BACKEND"] = tfjsBackend;
  patchFunctionText(originalText);
  tidyPromises();
  setFrameReader((line) => (executor === null ? line : (readFrame(line, executor.sources)?.text ?? null)));

  const permit = new BreakPermit();
  const runner = new CodeRunner(permit);
  const early: Incoming[] = [];
  let kernel: Kernel | null = null;
  const interrupt = (): void => {
    runner.interrupt();
    kernel?.interrupted();
    wire.interrupted();
    // Node takes listeners off while a breakable script runs; a script that was stopped by force did not put ours back.
    process.off("SIGINT", interrupt).on("SIGINT", interrupt);
  };
  const wire = await openWire(
    { connection, kernelInfo: JSON.stringify(kernelInfo), permit: permit.shared },
    {
      message: (message) => (kernel === null ? early.push(message) : kernel.take(message)),
      interrupt,
    },
    (error) => {
      serverLog(`Cannot go on: the wire failed: ${error instanceof Error ? error.stack : String(error)}`);
      exit(1);
    },
  );
  process.on("SIGINT", interrupt);

  const executed = notebookPath(parent?.executed ?? undefined, folder, root);
  const log = sessionLog(root, notebook, executed);
  setSession({
    root,
    folder,
    notebook,
    run: log.run,
    cells: () => executor?.cells ?? [],
    valueOf: (name) => executor?.bindings.peek(name),
    record: (event) => log.record(event),
  });
  const tags = notebookTags(notebook === null ? null : resolve(root, notebook));
  const hashes = new IdleHashes({
    cells: () => (executor?.cells ?? []).map((cell) => ({ tags: tags(cell), facts: cell.facts })),
    valueOf: (name) => executor?.bindings.peek(name),
    record: (event) => log.record(event),
    run: log.run,
  });
  const shutdown = async (): Promise<void> => {
    await hashes.finish();
    await log.close().catch((error: unknown) => serverLog(String(error)));
    await wire.close();
    exit(0);
  };
  process.on("SIGTERM", () => void shutdown());

  const loading = loadExecutor(folder, runner, settings.typecheck);
  loading.then(
    (loaded) => (executor = loaded),
    (error: unknown) => serverLog(`Cannot load the compiler: ${error instanceof Error ? error.stack : String(error)}`),
  );
  kernel = new Kernel({ wire, executor: () => loading, log, hashes, permit, shutdown, historyFile: historyFile() });
  permit.allow();
  for (const message of early) kernel.take(message);
}

/** Loads TypeScript and compiles a first, empty cell, which reads the libraries' types. */
async function loadExecutor(
  folder: string,
  runner: CodeRunner,
  typecheck: (source: string) => boolean,
): Promise<CellExecutor> {
  const [{ createCellCompiler }, { CellExecutor }] = await Promise.all([
    import("../analyze/create-cell-compiler.js"),
    import("./cell-executor.js"),
  ]);
  const compiler = lenientCompiler(createCellCompiler({ folder }), typecheck);
  const executor = new CellExecutor({ folder, compiler, runner });
  // What the compiler keeps for the next start is no cell's, whenever it is written.
  untracked(() => executor.compiler.compile("0", executor.scope));
  return executor;
}

function sessionLog(root: string, notebook: string | null, executed: string | null): SessionLog {
  return new SessionLog({
    open: (): LineageLog => openLog(root),
    notebook,
    ...(executed === null ? {} : { executed }),
    environment: describeEnvironment(process.cwd()),
  });
}
