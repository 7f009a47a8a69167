import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ArtifactStore, openStore } from "../../artifacts/store.js";
import type { CellTrace } from "../../lineage/cell-trace.js";
import type { ModelRegistered, StepFinished } from "../../lineage/events.js";
import { maskKnown, maskKnownIn, rememberSecret } from "../../lineage/known-secrets.js";
import type { LineageLog } from "../../lineage/open-log.js";
import { ownVersion } from "../../lineage/own-version.js";
import { manifestPath } from "../../registry/model-files.js";
import { registerVersion } from "../../registry/register-version.js";
import type { VersionDraft } from "../../registry/version-draft.js";
import { projectSeed, seedingIsOn } from "../../track/seed.js";
import type { PlanStep } from "../compile/plan.js";
import { completeTraces, lastFitSeries, lastMetrics, usedParams } from "./cell-traces.js";
import { explainRun, type LastRun } from "./explain-run.js";
import { filesOf } from "./file-checks.js";
import { OutputLog, outputsPath } from "./output-log.js";
import type { ProcessPool } from "./process-pool.js";
import type { StepDocument } from "./run-document.js";
import { linkFile } from "./run-files.js";
import type { RunRecord } from "./run-record.js";
import type { RunnableProgram } from "./runnable-program.js";
import { type StepIdentity, staticKey } from "./static-key.js";
import { type Failure, readOutcome, watchedInputs } from "./step-outcome.js";
import type { DraftReply, StepMessage, StepTask } from "./step-protocol.js";
import { findTrace, keepTrace, type StepTrace } from "./trace-store.js";

export interface StepRunnerParts extends RunnableProgram {
  readonly record: RunRecord;
  readonly log: LineageLog;
  /** The latest run of each step; those of this run replace them. */
  readonly latest: Record<string, LastRun>;
  readonly pool: ProcessPool;
  /** Param values given for this run. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

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

  /** Runs a step whose inputs are there. Resolves to false if it failed; rejects only if our own work does. */
  async run(name: string): Promise<boolean> {
    const { files, record, signal, now } = this.#parts;
    const step = this.#step(name);
    if (signal.aborted) return this.#cancelled(step);
    const startedMs = now();
    record.update(name, { status: "running" });
    const identity = this.#identify(step);
    const key = staticKey(identity);
    const lookup = await findTrace(files, key, {
      gives: step.gives,
      watch: watchedInputs(step, this.#parts.program.plan),
      hasObject: (hash) => this.#store.has(hash),
      hasVersion: (model, version) => existsSync(manifestPath(files.root, model, version)),
    });
    const reuse = step.options.cache !== false;
    if (lookup.kind === "hit" && reuse) {
      this.#hit(step, key, identity, lookup.trace, startedMs);
      return true;
    }
    const from = Object.fromEntries(step.needs.map((need) => [need.name, need.from]));
    const because = reuse ? (lookup.kind === "miss" ? lookup.because : null) : "its option cache is off";
    const reason =
      explainRun(identity, this.#parts.latest[name] ?? null, from) ?? because ?? "no earlier result is kept";
    record.update(name, { reason });
    return this.#perform(step, key, identity, startedMs);
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

  #identify(step: PlanStep): StepIdentity {
    const { modules, record } = this.#parts;
    const params = record.document.params;
    return {
      code: modules.codeHash(step.name),
      inputs: Object.fromEntries(step.needs.map((need) => [need.name, this.#output(need.from, need.name)?.hash ?? ""])),
      params: Object.fromEntries(step.params.filter((name) => name in params).map((name) => [name, params[name]])),
      environment: {
        node: process.versions.node.split(".")[0] ?? "",
        tagline: ownVersion(),
        // Random numbers restart from it.
        ...(projectSeed() === 0 ? {} : { seed: String(projectSeed()) }),
        ...(seedingIsOn() ? {} : { seed: "off" }),
        ...modules.packages(step.name),
      },
    };
  }

  #output(step: string, name: string): StepTrace["outputs"][number] | undefined {
    return this.#results.get(step)?.outputs.find((output) => output.name === name);
  }

  #hit(step: PlanStep, key: string, identity: StepIdentity, trace: StepTrace, startedMs: number): void {
    const { record, files, latest } = this.#parts;
    this.#results.set(step.name, trace);
    latest[step.name] = { ...identity, run: record.run, finished: true };
    for (const model of trace.models ?? []) this.#parts.log.append(this.#again(model));
    linkFile(outputsPath(files.run(trace.run), step.name), outputsPath(files.run(record.run), step.name));
    this.#finish(step, startedMs, key, trace, {
      status: "cached",
      reason: `same code, inputs, params and files as run ${trace.run}`,
      cachedFrom: trace.run,
    });
  }

  async #perform(step: PlanStep, key: string, identity: StepIdentity, startedMs: number): Promise<boolean> {
    const { files, record, pool, signal, latest, modules, now } = this.#parts;
    const outputs = new OutputLog();
    const models: ModelRegistered[] = [];
    // Started before the modules are there: transpiling takes as long as Node's start.
    const child = pool.take(record.document.steps.some((other) => other.status === "waiting"));
    const folder = await modules.folder().catch((error: unknown) => {
      child.dismiss();
      throw error;
    });
    latest[step.name] = { ...identity, run: record.run, finished: false };
    const told = await child.perform(
      this.#task(step, folder),
      {
        onMessage: (message) => this.#news(step.name, message, outputs),
        onDraft: (id, draft) => this.#register(id, draft, models),
        onLine: (stream, line, cellId) => {
          const text = maskKnown(line);
          outputs.line(stream, text, cellId);
          record.log(step.name, stream, text);
        },
      },
      { signal, timeoutMs: step.options.timeoutS === undefined ? null : step.options.timeoutS * 1000 },
    );
    const end = maskKnownIn(told);
    outputs.write(files.run(record.run), step.name);
    if (end.kind === "cancelled") return this.#cancelled(step);
    const outcome = await readOutcome(end, step, this.#parts.program, folder);
    if ("error" in outcome) {
      this.#failed(step, startedMs, key, outcome);
      return false;
    }
    const { result } = outcome;
    const cells = completeTraces(result.cells, this.#parts.program, null);
    const { read, written } = filesOf(cells, { root: files.root, temporary: child.temporary, nowMs: now() });
    const trace: StepTrace = {
      run: record.run,
      ...result.usage,
      outputs: result.outputs,
      watched: watchedInputs(step, this.#parts.program.plan),
      cells,
      read,
      written,
      ...(models.length > 0 ? { models } : {}),
    };
    keepTrace(files, key, trace);
    latest[step.name] = { ...identity, run: record.run, finished: true };
    this.#results.set(step.name, trace);
    this.#finish(step, startedMs, key, trace, { status: "done", cachedFrom: null });
    return true;
  }

  #task(step: PlanStep, folder: string): StepTask {
    const { program, files, given, record } = this.#parts;
    const { plan } = program;
    return {
      step: step.name,
      module: pathToFileURL(join(folder, "steps", `${step.name}.js`)).href,
      project: files.root,
      inputs: step.needs.flatMap((need) => this.#output(need.from, need.name) ?? []),
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

  #failed(step: PlanStep, startedMs: number, key: string, failure: Failure): void {
    const { record, program, now } = this.#parts;
    const { error, usage, diagnostic } = failure;
    const cells = completeTraces(failure.cells, program, error);
    const durationMs = now() - startedMs;
    record.params(usedParams(cells));
    if (diagnostic !== undefined) record.diagnose(diagnostic);
    record.update(step.name, {
      status: "failed",
      durationMs,
      ...usage,
      metrics: lastMetrics(cells),
      ...seriesOf(cells),
      error,
    });
    this.#log(step, { status: "failed", key, durationMs, outputs: [], cells, cachedFrom: null, error });
  }

  #finish(
    step: PlanStep,
    startedMs: number,
    key: string,
    trace: StepTrace,
    how: { readonly status: "done" | "cached"; readonly reason?: string; readonly cachedFrom: string | null },
  ): void {
    const { record, now } = this.#parts;
    const durationMs = now() - startedMs;
    record.params(usedParams(trace.cells));
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
    this.#log(step, {
      status: how.status,
      key,
      durationMs,
      outputs: trace.outputs,
      cells: trace.cells,
      cachedFrom: how.cachedFrom,
      error: null,
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
    void log.commit().catch(() => {});
  }
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
