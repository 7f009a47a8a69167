import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { openStore } from "../../artifacts/store.js";
import { describeEnvironment } from "../../lineage/describe-environment.js";
import type { RunFinished } from "../../lineage/events.js";
import { maskKnown } from "../../lineage/known-secrets.js";
import { openLog } from "../../lineage/open-log.js";
import type { Diagnostic } from "../compile/plan.js";
import { checkParams } from "./check-params.js";
import { checkSecrets } from "./check-secrets.js";
import { executedNotebook } from "./executed-notebook.js";
import { InputKeeper } from "./input-keeper.js";
import { keepInputsLimit } from "./keep-inputs-limit.js";
import { readLatest, writeLatest } from "./latest-runs.js";
import { outputsPath, type StepOutput } from "./output-log.js";
import { defaultParams, LEFT_OUT, planRun } from "./plan-run.js";
import { ProcessPool } from "./process-pool.js";
import type { RunDocument, RunProgress } from "./run-document.js";
import { readJson, shortPath, writeWhole } from "./run-files.js";
import { RunRecord } from "./run-record.js";
import { runStepsInOrder } from "./run-steps-in-order.js";
import type { RunnableProgram } from "./runnable-program.js";
import { type StepChoice, selectSteps } from "./select-steps.js";
import type { SharedWork } from "./shared-work.js";
import { StepRunner } from "./step-runner.js";
import { UsageError } from "./usage-error.js";

export interface RunOptions extends StepChoice {
  /** Values by param name; strings are read as the param's type. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** ULID of the grid of runs that it belongs to. */
  readonly sweep?: string;
  /** ULID for the run; see `newRunId`. Default: a new one. */
  readonly run?: string;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Cancels the run: its processes are ended at once. */
  readonly signal?: AbortSignal;
  /** Steps at work at the same time. Default: the number of cores. */
  readonly concurrency?: number;
  /** What the runs of a grid share that go on at the same time. */
  readonly shared?: SharedWork;
  /** Largest file that is kept of those that steps read; see `keepInputsLimit`. */
  readonly keepInputs?: string;
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** An id for a run that is about to start. */
export function newRunId(nowMs: number = Date.now()): string {
  return ulid(nowMs);
}

/**
 * Runs a program: every step in its own process, as soon as its inputs are there, or not at all where an earlier result
 * holds. Resolves to the run's document whatever becomes of the steps. The only writer of the run's log.
 *
 * @throws {UsageError} if a param is wrong; nothing has run then.
 */
export async function runProgram(target: RunnableProgram, options: RunOptions = {}): Promise<RunDocument> {
  const { program, files } = target;
  const { plan } = program;
  const now = options.clock ?? Date.now;
  const given = checkParams(plan.params, options.params ?? {}, {
    cells: program.cells,
    folder: target.workFolder,
  });
  const selection = selectSteps(plan, options);
  const selected = plan.steps.filter((step) => selection.names.has(step.name));
  const { notebook, locals = [] } = target;
  const limitBytes = keepInputsLimit({ flag: options.keepInputs, env: process.env, notebook, root: files.root });
  if (selection.kept.size > 0) await checkKept(target, options);
  const broken = program.diagnostics.some(isError);
  const diagnostics = [
    ...program.diagnostics,
    ...(broken ? [] : checkSecrets(selected, { workFolder: target.workFolder, root: files.root })),
  ];
  const record = new RunRecord(
    {
      run: options.run ?? newRunId(now()),
      notebook: plan.notebook,
      plan,
      params: { ...defaultParams(target), ...given },
      diagnostics,
      ...(options.sweep === undefined ? {} : { sweep: options.sweep }),
    },
    { now, onProgress: options.onProgress ?? (() => {}) },
  );
  record.begin();
  if (diagnostics.some(isError)) return refuse(record, broken ? "the notebook has errors" : "a secret is missing");

  const environment = await describeEnvironment(target.workFolder);
  const log = openLog(files.root, { clock: now });
  const signal = options.signal ?? new AbortController().signal;
  const latest = readLatest(files, plan.notebook);
  if (notebook !== undefined) writeWhole(join(files.run(record.run), "notebook.ipynb"), maskKnown(notebook));
  const keeper = new InputKeeper({ store: openStore(files.root), root: files.root, limitBytes });
  keeper.keepCode(target.workFolder, locals);
  const { shared } = options;
  const lent = shared?.pool ?? target.pool;
  const pool = lent ?? new ProcessPool(target.workFolder, { host: target.modules.host });
  log.append({
    kind: "run.started",
    run: record.run,
    runKind: "pipeline",
    notebook: plan.notebook,
    at: record.document.startedAt,
    params: record.document.params,
    environment,
    ...(notebook === undefined
      ? {}
      : { executed: shortPath(files.root, join(files.run(record.run), "executed.ipynb")) }),
    ...(options.sweep === undefined ? {} : { sweep: options.sweep }),
  });
  // So that others see that it runs; what fails here fails again, and is told, at the end.
  void log.commit().catch(() => {});
  const runner = new StepRunner({
    ...target,
    record,
    log,
    latest,
    pool,
    given,
    forced: selection.forced,
    keeper,
    signal,
    now,
    ...(shared === undefined ? {} : { shared }),
  });
  const finish = async (status: RunFinished["status"]): Promise<RunDocument> => {
    for (const diagnostic of await keeper.finish(files, record.run)) record.diagnose(diagnostic);
    const document = record.finish(status);
    log.append({
      kind: "run.finished",
      run: record.run,
      status,
      at: new Date(now()).toISOString(),
      durationMs: document.durationMs,
    });
    await log.close();
    writeLatest(files, plan.notebook, latest);
    writeWhole(join(files.run(record.run), "run.json"), JSON.stringify(document));
    if (notebook !== undefined) writeExecuted(maskKnown(notebook), document, target);
    return document;
  };
  for (const { name } of plan.steps)
    if (!selection.names.has(name)) record.update(name, { status: "skipped", reason: LEFT_OUT });
  try {
    await runStepsInOrder(
      selected.map(({ name }) => ({
        name,
        after: plan.edges.filter((edge) => edge.to === name).map((edge) => edge.from),
      })),
      {
        run: (name) => runner.run(name),
        skip: (name, because) => runner.skip(name, because),
        concurrency: options.concurrency ?? availableParallelism(),
      },
    );
  } catch (error) {
    await finish("failed").catch(() => {});
    throw error;
  } finally {
    if (lent === undefined) pool.close();
  }
  const failed = record.document.steps.some((step) => step.status === "failed");
  return finish(signal.aborted ? "cancelled" : failed ? "failed" : "succeeded");
}

/** Where one step alone is asked for, those before it must have results. @throws {UsageError} if one has none */
async function checkKept(target: RunnableProgram, options: RunOptions): Promise<void> {
  const { steps } = await planRun(target, options);
  const missing = steps.find((step) => step.name !== options.only && ["run", "depends"].includes(step.action));
  if (missing === undefined) return;
  throw new UsageError(
    `Cannot run step ${options.only ?? ""} alone: step ${missing.name}, which it needs, has no result that holds (${missing.reason}). Run them too: --to ${options.only ?? ""}`,
  );
}

/** What the run showed, as a notebook that JupyterLab opens. */
function writeExecuted(text: string, document: RunDocument, { program, files }: RunnableProgram): void {
  const folder = files.run(document.run);
  const outputsOf = (step: string): readonly StepOutput[] => {
    const kept = readJson(outputsPath(folder, step));
    // Written by `OutputLog`, whole or not at all.
    return Array.isArray(kept) ? (kept as readonly StepOutput[]) : [];
  };
  writeWhole(join(folder, "executed.ipynb"), executedNotebook(text, { document, program, outputsOf }));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

/** Nothing runs: every step is skipped, and the document says why. */
function refuse(record: RunRecord, reason: string): RunDocument {
  for (const step of record.document.steps) record.update(step.name, { status: "skipped", reason });
  return record.finish("failed");
}
