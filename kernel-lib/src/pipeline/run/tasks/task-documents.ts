import type { StoredValue } from "../../../artifacts/bundle.js";
import type { Hlc } from "../../../lineage/clock.js";
import type { RegisteredModel } from "../../../registry/registered-model.js";

/**
 * What an engine's tasks hand to each other, as JSON. A pipeline's run there begins with one `begin` task, has a `step` task for each
 * step (several where a grid of params fans out), and ends with one `finish` task. Values stay in the artifact store; these
 * documents name them.
 */

/** Asks for runs. */
export interface BeginRequest {
  /** Names the engine's run for good: the same key gives the same runs, so that a task that is tried again does not begin new ones. */
  readonly key: string;
  /** When the engine's run began, milliseconds since 1970; part of the runs' ids. */
  readonly startedMs: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** Several values of a param: one run for each combination. */
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
  readonly engine?: EngineTask;
}

export interface BegunRuns {
  /** ULID of the grid; null for a single run. */
  readonly sweep: string | null;
  readonly runs: readonly BegunRun[];
  /** What each step has to do, by its name: one entry for each set of values that makes a difference to it. */
  readonly steps: Readonly<Record<string, readonly StepWork[]>>;
  readonly segment: string;
  readonly hlc: Hlc;
}

export interface BegunRun {
  readonly run: string;
  /** Values given; all others are the pipeline's defaults. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** One task of a step. */
export interface StepWork {
  readonly step: string;
  /** Runs for which its result holds; the first one does the work. */
  readonly runs: readonly string[];
  /** Those of the varied params that it or a step before it reaches. */
  readonly point: Readonly<Record<string, unknown>>;
}

export interface StepRequest {
  readonly begun: BegunRuns;
  readonly work: StepWork;
  /** Results of the steps before it, of any points. */
  readonly results: readonly StepTaskResult[];
  /** Which try this is, from 1, and whether the engine will try again if it fails. */
  readonly attempt?: { readonly number: number; readonly isLast: boolean };
  readonly engine?: EngineTask;
}

export interface StepTaskResult {
  readonly step: string;
  readonly runs: readonly string[];
  readonly status: "done" | "cached";
  readonly outputs: readonly (StoredValue & { readonly url: string })[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly models: readonly RegisteredModel[];
  /** Milliseconds. */
  readonly durationMs: number;
  /** Writers of the log's segments that tell of it and of all steps before it. */
  readonly segments: readonly string[];
  readonly hlc: Hlc;
}

export interface FinishRequest {
  readonly begun: BegunRuns;
  readonly results: readonly StepTaskResult[];
  readonly engine?: EngineTask;
}

export interface FinishedRuns {
  readonly status: "succeeded" | "failed";
  readonly sweep: string | null;
  readonly runs: readonly FinishedRun[];
}

export interface FinishedRun extends BegunRun {
  readonly status: "succeeded" | "failed";
  readonly metrics: Readonly<Record<string, number>>;
  /** sha256 (hex) of every value that a step handed on, as `step/name`. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly models: readonly RegisteredModel[];
  /** Steps without a result. */
  readonly missing: readonly string[];
}

/** The engine's own run and task, for the parents of OpenLineage's events. */
export interface EngineTask {
  readonly namespace: string;
  /** The workflow: a DAG's id. */
  readonly workflow: string;
  /** UUID of the workflow's run. */
  readonly workflowRun: string;
  /** The task: `dag.task`. */
  readonly task: string;
  /** UUID of this task's run. */
  readonly taskRun: string;
}
