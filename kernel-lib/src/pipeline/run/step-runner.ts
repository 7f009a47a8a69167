import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type ArtifactStore, openStore } from "../../artifacts/store.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { ModelRegistered, StepFinished } from "../../lineage/events.js";
import { maskKnown, maskKnownIn, rememberSecret } from "../../lineage/known-secrets.js";
import type { LineageLog } from "../../lineage/open-log.js";
import { registerVersion } from "../../registry/register-version.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import type { PlanStep } from "../compile/plan.js";
import { CellFrames } from "./cell-frames.js";
import { completeTraces, lastFitSeries, lastMetrics, usedParams } from "./cell-traces.js";
import { type Decision, decideStep } from "./decide-step.js";
import type { LastRun } from "./explain-run.js";
import { filesOf } from "./file-checks.js";
import type { InputKeeper } from "./input-keeper.js";
import { OutputLog, outputsPath } from "./output-log.js";
import type { ProcessPool } from "./process-pool.js";
import type { FailedAttempt, StepDocument, StepError } from "./run-document.js";
import { linkFile, shortPath } from "./run-files.js";
import type { RunRecord } from "./run-record.js";
import type { RunnableProgram } from "./runnable-program.js";
import type { SharedWork } from "./shared-work.js";
import type { StepIdentity } from "./static-key.js";
import { type Failure, readOutcome, watchedInputs } from "./step-outcome.js";
import type { DraftReply, StepMessage, StepTask } from "./step-protocol.js";
import { keepTrace, type StepTrace } from "./trace-store.js";

export interface StepRunnerParts extends RunnableProgram {
  readonly record: RunRecord;
  readonly log: LineageLog;
  /** The latest run of each step; those of this run replace them. */
  readonly latest: Record<string, LastRun>;
  readonly pool: ProcessPool;
  /** Param values given for this run. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Steps that run although an earlier result holds. */
  readonly forced: ReadonlySet<string>;
  /** Keeps the files that steps read; absent where an engine runs one step of many. */
  readonly keeper?: InputKeeper;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** What runs share that go on at the same time. */
  readonly shared?: SharedWork;
}

/** The wait before the second attempt; it doubles with each, up to the longest. */
const RETRY_FIRST_MS = 1000;
const RETRY_AT_MOST_MS = 60_000;

/** Runs the steps of one run, one call each: from the cache if an earlier result holds, else in a process. */
export class StepRunner {
  readonly #parts: StepRunnerParts;
  readonly #store: ArtifactStore;
  /** Results of this run's steps. */
  readonly #results = new Map<string, Pick<StepTrace, "outputs">>();

  constructor(parts: StepRunnerParts) {
    this.#parts = parts;
    this.#store = openStore(parts.files.root);
  }

  /** Takes what a step gave that ran elsewhere: its outputs stand in the store. */
  take(name: string, outputs: StepTrace["outputs"]): void {
    this.#results.set(name, { outputs });
  }

  /** Runs a step whose inputs are there. Resolves to false if it failed; rejects only if our own work does. */
  async run(name: string): Promise<boolean> {
    const { record, signal, now, shared } = this.#parts;
    const step = this.#step(name);
    if (signal.aborted) return this.#cancelled(step);
    let startedMs = now();
    record.update(name, { status: "running" });
    let decision = await this.#decide(step);
    const elsewhere = decision.kind === "run" ? shared?.elsewhere(decision.key) : undefined;
    // Of a step whose results are never used again, each run has its own.
    if (elsewhere !== undefined && step.options.cache !== false) {
      await elsewhere;
      if (signal.aborted) return this.#cancelled(step);
      startedMs = now();
      decision = await this.#decide(step);
    }
    const { key, identity } = decision;
    if (decision.kind === "reuse") {
      await this.#hit(step, key, identity, decision.trace, startedMs);
      return true;
    }
    record.update(name, { reason: decision.reason });
    if (shared === undefined) return this.#perform(step, key, identity, startedMs);
    return shared.perform(key, () => this.#perform(step, key, identity, now()));
  }

  async #decide(step: PlanStep): Promise<Decision> {
    const { record, forced, shared, now } = this.#parts;
    const about = {
      ...this.#parts,
      store: this.#store,
      params: record.values,
      hashOf: (from: string, value: string) => this.#output(from, value)?.hash ?? "",
      nowMs: now(),
    };
    const decision = await decideStep(step, { ...about, forced: forced.has(step.name) });
    const isDone = decision.kind === "run" && forced.has(step.name) && shared?.hasDone(decision.key) === true;
    return isDone ? decideStep(step, { ...about, forced: false }) : decision;
  }

  /** Notes that a step is not run because another one failed. */
  skip(name: string, because: string): void {
    const { record, signal } = this.#parts;
    const step = this.#step(name);
    const reason = signal.aborted ? "the run was cancelled" : `step ${because} failed`;
    record.update(name, { status: "skipped", reason });
    this.#log(step, {
      status: "skipped",
      key: "",
      durationMs: 0,
      outputs: [],
      cells: [],
      cachedFrom: null,
      error: null,
    });
  }

  #step(name: string): PlanStep {
    const found = this.#parts.program.plan.steps.find((step) => step.name === name);
    if (found === undefined) throw new Error(`Cannot run step ${name}: the plan has no such step`);
    return found;
  }

  #output(step: string, name: string): StepTrace["outputs"][number] | undefined {
    return this.#results.get(step)?.outputs.find((output) => output.name === name);
  }

  async #hit(step: PlanStep, key: string, identity: StepIdentity, trace: StepTrace, startedMs: number): Promise<void> {
    const { record, files, latest, keeper } = this.#parts;
    this.#results.set(step.name, trace);
    keeper?.keepRead(trace.read, trace.cells);
    latest[step.name] = { ...identity, run: record.run, finished: true };
    for (const model of trace.models ?? []) this.#parts.log.append(this.#again(model));
    linkFile(outputsPath(files.run(trace.run), step.name), outputsPath(files.run(record.run), step.name));
    await this.#finish(step, key, trace, {
      startedMs,
      attempts: [],
      status: "cached",
      reason: `same code, inputs, params and files as run ${trace.run}`,
      cachedFrom: trace.run,
    });
  }

  async #perform(step: PlanStep, key: string, identity: StepIdentity, startedMs: number): Promise<boolean> {
    const retries = step.options.retries ?? 0;
    const attempts: FailedAttempt[] = [];
    for (;;) {
      const failure = await this.#attempt(step, key, identity, { startedMs, attempts });
      if (failure === null || failure === "cancelled") return failure === null;
      if (attempts.length >= retries || failure.diagnostic !== undefined) {
        await this.#failed(step, key, failure, { startedMs, attempts });
        return false;
      }
      const waitMs = Math.min(RETRY_AT_MOST_MS, RETRY_FIRST_MS * 2 ** attempts.length);
      const { name, message } = failure.error;
      attempts.push({ name, message });
      const again = `attempt ${attempts.length} of ${retries + 1} failed (${name}: ${message}); again in ${waitMs / 1000} s`;
      const { record, signal } = this.#parts;
      record.log(step.name, "stderr", again);
      record.update(step.name, { attempts });
      if (!(await waited(waitMs, signal))) return this.#cancelled(step);
    }
  }

  /** Null if it went well. */
  async #attempt(
    step: PlanStep,
    key: string,
    identity: StepIdentity,
    so: { readonly startedMs: number; readonly attempts: readonly FailedAttempt[] },
  ): Promise<Failure | "cancelled" | null> {
    const { files, record, pool, signal, latest, modules, now } = this.#parts;
    const outputs = new OutputLog();
    const models: ModelRegistered[] = [];
    // Started before the modules are there: transpiling takes as long as Node's start.
    const child = await pool.take(record.waiting);
    const folder = await modules.folder().catch((error: unknown) => {
      child.dismiss();
      throw error;
    });
    latest[step.name] = { ...identity, run: record.run, finished: false };
    const frames = new CellFrames(folder);
    const told = await child.perform(
      this.#task(step, folder),
      {
        onMessage: (message) => this.#news(step.name, message, outputs),
        onDraft: (id, draft) => this.#register(id, draft, models),
        onLine: (stream, line, cellId) => {
          const shown = frames.read(line);
          if (shown === null) return;
          const text = maskKnown(shown);
          outputs.line(stream, text, cellId);
          record.log(step.name, stream, text);
        },
      },
      {
        signal,
        timeoutMs: times(step.options.timeoutS, 1000),
        memoryBytes: times(step.options.memoryMB, 2 ** 20),
      },
    );
    const end = maskKnownIn(told);
    outputs.write(files.run(record.run), step.name);
    if (end.kind === "cancelled") {
      this.#cancelled(step);
      return "cancelled";
    }
    const outcome = await readOutcome(end, step, this.#parts.program, folder);
    if ("error" in outcome) return outcome;
    const { result } = outcome;
    const cells = completeTraces(result.cells, this.#parts.program, null);
    const { read, written } = filesOf(cells, { root: files.root, temporary: child.temporary, nowMs: now() });
    const trace: StepTrace = {
      run: record.run,
      atMs: now(),
      ...result.usage,
      outputs: result.outputs,
      watched: watchedInputs(step, this.#parts.program.plan),
      cells,
      read,
      written,
      ...(models.length > 0 ? { models } : {}),
    };
    keepTrace(files, key, trace);
    this.#parts.keeper?.keepRead(read, cells);
    latest[step.name] = { ...identity, run: record.run, finished: true };
    this.#results.set(step.name, trace);
    await this.#finish(step, key, trace, { ...so, status: "done", cachedFrom: null });
    return null;
  }

  #task(step: PlanStep, folder: string): StepTask {
    const { program, files, given, record } = this.#parts;
    const { plan } = program;
    return {
      step: step.name,
      module: pathToFileURL(join(folder, "steps", `${step.name}.js`)).href,
      project: files.root,
      inputs: step.needs.flatMap((need) => this.#output(need.from, need.name) ?? []),
      environment: step.options.environment ?? {},
      gives: step.gives,
      watch: watchedInputs(step, plan),
      params: given,
      reaches: step.params,
      paramsCell: plan.params.find((param) => step.params.includes(param.name))?.cellId ?? null,
      cells: program.cells,
      run: record.run,
      notebook: plan.notebook,
      models: program.models,
    };
  }

  /** The one writer of the run's log registers for its steps. */
  async #register(id: number, draft: VersionDraft, models: ModelRegistered[]): Promise<DraftReply> {
    const { log, files } = this.#parts;
    try {
      const { event } = await registerVersion(files.root, draft);
      log.append(event);
      await log.commit();
      models.push(event);
      return { id, registered: { version: event.version, number: event.number, isNew: event.isNew } };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A step that is not run again has still registered what it registered. */
  #again(model: ModelRegistered): ModelRegistered {
    const { record, now } = this.#parts;
    return { ...model, run: record.run, at: new Date(now()).toISOString(), isNew: false };
  }

  #news(step: string, told: StepMessage, outputs: OutputLog): void {
    const { record } = this.#parts;
    if (told.kind === "secret") return rememberSecret(told.name, told.value);
    const message = maskKnownIn(told);
    if (message.kind === "display") {
      outputs.display(message);
    } else if (message.kind === "clear") {
      outputs.clear(message.cellId, message);
    } else if (message.kind === "progress") {
      record.note(step, message.text, message.fraction);
      if (message.forLog) record.log(step, "stderr", message.text);
    } else if (message.kind === "news") {
      const { news } = message;
      if (news.kind === "metric") record.metric(step, news.point);
      if (news.kind === "epoch") {
        record.note(
          step,
          `epoch ${news.epoch}/${news.epochs}`,
          news.epochs > 0 ? news.epoch / news.epochs : null,
          news.values,
        );
      }
    }
  }

  async #failed(
    step: PlanStep,
    key: string,
    failure: Failure,
    { startedMs, attempts }: { readonly startedMs: number; readonly attempts: readonly FailedAttempt[] },
  ): Promise<void> {
    const { record, program, files, keeper, now } = this.#parts;
    const { error, usage, diagnostic } = failure;
    const cells = completeTraces(failure.cells, program, error);
    // Its private folder is gone by now, with all that it read there.
    const { read } = filesOf(cells, { root: files.root, temporary: null, nowMs: now() });
    keeper?.keepRead(
      read.filter(({ path }) => existsSync(resolve(files.root, path))),
      cells,
    );
    const durationMs = now() - startedMs;
    const inputs = await this.#keepInputs(step, error);
    record.params(usedParams(cells));
    if (diagnostic !== undefined) record.diagnose(diagnostic);
    record.update(step.name, {
      status: "failed",
      durationMs,
      ...usage,
      metrics: lastMetrics(cells),
      ...seriesOf(cells),
      error,
      ...(inputs === null ? {} : { inputs }),
    });
    this.#log(step, {
      status: "failed",
      key,
      durationMs,
      outputs: [],
      cells,
      cachedFrom: null,
      error,
      ...(attempts.length > 0 ? { attempts } : {}),
    });
  }

  /** The folder from the project's root; null if there is nothing to keep, or nowhere. */
  async #keepInputs(step: PlanStep, error: StepError): Promise<string | null> {
    const { files, record } = this.#parts;
    const inputs = step.needs.flatMap((need) => {
      const found = this.#output(need.from, need.name);
      return found === undefined ? [] : [{ ...found, from: need.from }];
    });
    const params = Object.fromEntries(step.params.map((name) => [name, record.values[name]]));
    if (inputs.length === 0) return null;
    try {
      const { keepInputs } = await import("./keep-inputs.js");
      const folder = await keepInputs(files.run(record.run), step, { store: this.#store, inputs, params, error });
      return shortPath(files.root, folder);
    } catch {
      // A full disk: the step's own error is what the person has to see.
      return null;
    }
  }

  async #finish(
    step: PlanStep,
    key: string,
    trace: StepTrace,
    how: {
      readonly startedMs: number;
      readonly attempts: readonly FailedAttempt[];
      readonly status: "done" | "cached";
      readonly reason?: string;
      readonly cachedFrom: string | null;
    },
  ): Promise<void> {
    const { record, log, now } = this.#parts;
    const durationMs = now() - how.startedMs;
    record.params(usedParams(trace.cells));
    this.#log(step, {
      status: how.status,
      key,
      durationMs,
      outputs: trace.outputs,
      cells: trace.cells,
      cachedFrom: how.cachedFrom,
      error: null,
      ...(how.attempts.length > 0 ? { attempts: how.attempts } : {}),
    });
    // What is told to be done stays so, whatever becomes of this process. (What cannot be written is told at the run's end.)
    if (how.status === "done") await log.commit().catch(() => {});
    record.update(step.name, {
      status: how.status,
      durationMs,
      cpuMs: trace.cpuMs,
      peakMemoryBytes: trace.peakMemoryBytes,
      metrics: lastMetrics(trace.cells),
      outputs: trace.outputs
        .filter((output) => step.gives.includes(output.name))
        .map(({ object: _, ...output }) => output),
      ...(how.reason === undefined ? {} : { reason: how.reason }),
      ...seriesOf(trace.cells),
      ...modelsOf(trace, how.status),
    });
  }

  #cancelled(step: PlanStep): false {
    this.#parts.record.update(step.name, { status: "skipped", reason: "the run was cancelled" });
    return false;
  }

  #log(step: PlanStep, event: Omit<StepFinished, "kind" | "run" | "step" | "at" | "inputs">): void {
    const { log, record, now } = this.#parts;
    const inputs = step.needs.flatMap((need) => this.#output(need.from, need.name) ?? []);
    const { error } = event;
    log.append({
      kind: "step.finished",
      run: record.run,
      step: step.name,
      at: new Date(now()).toISOString(),
      inputs,
      ...(step.shared === undefined ? {} : { shared: step.shared }),
      ...event,
      error:
        error === null ? null : { name: error.name, message: error.message, cellId: error.cellId, line: error.line },
    });
    // Of steps that were not run nothing is lost with what the run's end writes.
    if (event.status !== "cached") void log.commit().catch(() => {});
  }
}

function times(value: number | undefined, factor: number): number | null {
  return value === undefined ? null : value * factor;
}

/** False if the run was cancelled meanwhile. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return wait(ms, true, { signal }).catch(() => false);
}

function modelsOf(trace: StepTrace, status: "done" | "cached"): Pick<StepDocument, "models"> {
  if (trace.models === undefined) return {};
  return {
    models: trace.models.map(({ model, version, number, isNew }) => ({
      name: model,
      version,
      number,
      isNew: isNew && status === "done",
    })),
  };
}

function seriesOf(cells: readonly CellTrace[]): Pick<StepDocument, "series"> {
  const series = lastFitSeries(cells);
  return series === null ? {} : { series };
}
