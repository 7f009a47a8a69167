import { readFileSync } from "node:fs";
import type { LineageEvent, ModelRegistered, StepFinished } from "../../../lineage/events.js";
import { manifestPath } from "../../../registry/model-files.js";
import type { PlanStep } from "../../compile/plan.js";
import { checkSecrets } from "../check-secrets.js";
import { readLatest, writeLatest } from "../latest-runs.js";
import { defaultParams } from "../plan-run.js";
import { ProcessPool } from "../process-pool.js";
import type { FailedAttempt, RunProgress, StepError } from "../run-document.js";
import { RunRecord } from "../run-record.js";
import type { RunnableProgram } from "../runnable-program.js";
import { StepRunner } from "../step-runner.js";
import { UsageError } from "../usage-error.js";
import { attemptPath } from "./exchange.js";
import type { StepRequest, StepTaskResult } from "./task-documents.js";
import { HeldLog, writeSegment } from "./task-log.js";
import type { TaskTools } from "./task-tools.js";

/** A step's own failure, as against that of the machine under it. */
export interface FailedStep {
  readonly step: string;
  readonly status: "failed";
  readonly error: StepError;
  /** As in a result; those before it alone while the engine will try again. */
  readonly segments: readonly string[];
}

/**
 * Performs one step for an engine: takes what the steps before it gave from the store, and leaves there what it gives. Its lineage
 * is in the exchange once this resolves, so that the steps behind it and whoever gathers the run have it. Trying again is the
 * engine's business.
 *
 * @throws {UsageError} if the request does not fit the pipeline
 */
export async function performStep(
  target: RunnableProgram,
  request: StepRequest,
  tools: TaskTools,
): Promise<StepTaskResult | FailedStep> {
  const { work, begun, results } = request;
  const { program, files } = target;
  const step = withoutRetries(target, work.step);
  const [run = ""] = work.runs;
  const given = begun.runs.find((one) => one.run === run)?.params;
  if (given === undefined) throw new UsageError(`Cannot perform step ${step.name}: run ${run} was not begun.`);
  refuseMissingSecrets(target, step);
  const before = results.filter((result) => result.runs.includes(run));

  const record = new RunRecord(
    {
      run,
      notebook: program.plan.notebook,
      plan: program.plan,
      params: { ...defaultParams(target), ...given },
      diagnostics: [],
      ...(begun.sweep === null ? {} : { sweep: begun.sweep }),
    },
    { now: tools.now, onProgress: (progress) => tellProgress(progress, tools.tell) },
  );
  // Nobody waits for them here, so no process is started ahead for them.
  for (const { name } of program.plan.steps) if (name !== step.name) record.update(name, { status: "skipped" });
  const log = new HeldLog(files.root);
  const latest = readLatest(files, program.plan.notebook);
  const pool = new ProcessPool(target.workFolder, { host: target.modules.host });
  const runner = new StepRunner({
    ...target,
    program: {
      ...program,
      plan: { ...program.plan, steps: program.plan.steps.map((one) => (one.name === step.name ? step : one)) },
    },
    record,
    log,
    latest,
    pool,
    given,
    forced: new Set(),
    signal: tools.signal,
    now: tools.now,
  });
  for (const result of before) runner.take(result.step, result.outputs);
  for (const { name, from } of step.needs) {
    if (!before.some((result) => result.step === from && result.outputs.some((output) => output.name === name)))
      throw new UsageError(`Cannot perform step ${step.name}: there is no ${name} from step ${from} of run ${run}.`);
  }
  try {
    await runner.run(step.name);
  } finally {
    pool.close();
  }
  writeLatest(files, program.plan.notebook, latest);

  const { status, error, metrics, models = [], durationMs } = record.step(step.name);
  if (status !== "done" && status !== "cached" && error === undefined)
    throw new Error(`Cannot perform step ${step.name}: it was stopped`);
  const segments = [...new Set([begun.segment, ...before.flatMap((result) => result.segments)])];
  const { number = 1, isLast = true } = request.attempt ?? {};
  if (error !== undefined && !isLast) {
    const told: FailedAttempt = { name: error.name, message: error.message };
    await tools.exchange.put(attemptPath(run, step.name, number), Buffer.from(JSON.stringify(told)));
    return { step: step.name, status: "failed", error, segments };
  }
  for (const { name, version } of models) {
    const manifest = readFileSync(manifestPath(files.root, name, version));
    await tools.exchange.put(`models/${name}/${version}.json`, manifest);
  }
  const attempts = await earlierAttempts(run, step.name, number, tools);
  const events = log.events.map((event) =>
    event.kind === "step.finished" && attempts.length > 0 ? { ...event, attempts } : event,
  );
  const segment = await writeSegment(files.root, [...events, ...forOthers(events, run, work.runs.slice(1))], {
    exchange: tools.exchange,
    after: [begun.hlc, ...before.map(({ hlc }) => hlc)],
    now: tools.now,
  });
  segments.push(segment.writer);
  if (error !== undefined) return { step: step.name, status: "failed", error, segments };
  const finished = events.find((event) => event.kind === "step.finished");
  return {
    step: step.name,
    runs: work.runs,
    status: status === "cached" ? "cached" : "done",
    outputs: storedOutputs(finished).map((output) => ({ ...output, url: tools.exchange.urlOf(output.object) })),
    metrics,
    models,
    durationMs,
    segments,
    hlc: segment.hlc,
  };
}

function withoutRetries({ program }: RunnableProgram, name: string): PlanStep {
  const step = program.plan.steps.find((one) => one.name === name);
  if (step === undefined) throw new UsageError(`Cannot perform step ${name}: the pipeline has no such step.`);
  const { retries: _, ...options } = step.options;
  return { ...step, options };
}

function refuseMissingSecrets(target: RunnableProgram, step: PlanStep): void {
  const problem = checkSecrets([step], { workFolder: target.workFolder, root: target.files.root }).find(
    ({ severity }) => severity === "error",
  );
  if (problem !== undefined) throw new UsageError(problem.message);
}

/** The step is done once; in the other runs of a grid that share it, its result stands as a cached one. */
function forOthers(events: readonly LineageEvent[], from: string, runs: readonly string[]): LineageEvent[] {
  return runs.flatMap((run) =>
    events.flatMap((event): LineageEvent[] => {
      if (event.kind === "model.registered") return [{ ...event, run, isNew: false } satisfies ModelRegistered];
      if (event.kind !== "step.finished") return [];
      const { attempts: _, ...rest } = event;
      if (event.status === "failed") return [{ ...rest, run }];
      return [{ ...rest, run, status: "cached", durationMs: 0, cachedFrom: event.cachedFrom ?? from }];
    }),
  );
}

/** Why the tries before this one failed; a lost machine leaves no word. */
async function earlierAttempts(run: string, step: string, number: number, tools: TaskTools): Promise<FailedAttempt[]> {
  const attempts: FailedAttempt[] = [];
  for (let earlier = 1; earlier < number; earlier += 1) {
    const bytes = await tools.exchange.get(attemptPath(run, step, earlier));
    attempts.push(
      bytes === null
        ? { name: "StepDied", message: `Attempt ${earlier} left no word: its worker was lost, or stopped it` }
        : // Written above.
          (JSON.parse(bytes.toString("utf8")) as FailedAttempt),
    );
  }
  return attempts;
}

/** As the step stored them, with the object behind each. */
function storedOutputs(finished: StepFinished | undefined): Omit<StepTaskResult["outputs"][number], "url">[] {
  return (finished?.outputs ?? []).flatMap((output) => {
    const { object } = output;
    return object === undefined ? [] : [{ ...output, object }];
  });
}

function tellProgress(progress: RunProgress, tell: (line: string) => void): void {
  if (progress.kind === "log") tell(progress.text);
  if (progress.kind === "note") tell(progress.text);
}
