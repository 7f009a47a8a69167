import type { WhyEdge, WhyNode } from "../lineage/why-node.js";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { Diagnostic } from "../pipeline/compile/plan.js";
import type { RunDocument, RunProgress } from "../pipeline/run/run-document.js";

export type { CellFacts } from "../notebook/cell-facts.js";
export type { Compiled, Diagnostic, Fix, Plan, PlanEdge, PlanParam, PlanStep } from "../pipeline/compile/plan.js";
export type { RunDocument, RunProgress, StepDocument, StepError } from "../pipeline/run/run-document.js";
export type * from "./operations-api.js";

/**
 * The service's HTTP API, mounted at `/tagline/` behind Jupyter's login. Paths of notebooks are relative to
 * Jupyter's root folder. Every request that changes something carries the header `X-Tagline: 1`,
 * has `Content-Type: application/json` and comes from the same origin. Errors: `{error: {code, message}}`,
 * codes in errors.ts.
 *
 * | method and path | takes | gives |
 * |---|---|---|
 * | GET `api/status` | | StatusReply |
 * | POST `api/facts` | FactsRequest | FactsReply |
 * | POST `api/runs` | StartRunRequest | StartRunReply; 409 while that notebook has a run |
 * | POST `api/runs/:run/cancel` | | RunDocument |
 * | GET `api/runs?notebook=PATH` | | RunsReply, newest first |
 * | GET `api/runs/:run?notebook=PATH` | | RunDocument |
 * | GET `api/runs/:run/code?notebook=PATH` | | RunCodeReply |
 * | GET `api/runs/:run/events?notebook=PATH` | | server-sent events: first what is so now, then what changes, each `data:` a RunProgress; an `event: end` when the run is over |
 * | GET `api/why?name=metric:accuracy&notebook=PATH` | | WhyReply |
 * | POST `api/export` | ExportRequest | ExportReply |
 *
 * Schedules, models, deployments, drift and reports: see operations-api.ts.
 */
export interface StatusReply {
  readonly version: string;
  /** Absolute path of Jupyter's root folder. */
  readonly root: string;
  /** Runs going on, of this service and of the command line in the projects that this service has seen. */
  readonly active: readonly ActiveRun[];
}

export interface ActiveRun {
  readonly run: string;
  /** Relative to Jupyter's root; null where it lies outside. */
  readonly notebook: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface FactsRequest {
  readonly notebook: string;
  /** `check`: code cells in order, as they stand on the page, saved or not. `bind`: any of them. */
  readonly cells: readonly {
    readonly id: string;
    readonly source: string;
    readonly tags: readonly string[];
    /** Its place among all cells, from 0. Default: that among those sent. */
    readonly index?: number;
  }[];
  /** `bind`: names at once, each cell by itself. `check` (default): with types, each cell after those before it. */
  readonly speed?: "bind" | "check";
  /** Keys (see FactsReply) that the page holds, by cell id: such facts are left out of the reply. */
  readonly known?: Readonly<Record<string, string>>;
}

export interface FactsReply {
  /** By cell id. */
  readonly facts: Readonly<Record<string, CellFacts>>;
  /** A short hash of each cell's facts, by cell id; `check` only. */
  readonly keys: Readonly<Record<string, string>>;
  /** Where the notebook's session disagrees with what its code declares; `check` only, absent where it does not. */
  readonly observed?: readonly Diagnostic[];
}

export interface StartRunRequest {
  readonly notebook: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface StartRunReply {
  readonly run: string;
}

export interface RunsReply {
  readonly runs: readonly RunSummary[];
}

export interface RunSummary {
  readonly run: string;
  readonly kind: "session" | "pipeline";
  readonly notebook: string | null;
  readonly status: RunDocument["status"];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly author: string;
}

/** The code that a run's steps ran, to tell whether it was edited since. */
export interface RunCodeReply {
  /** By step name: the canonical hash (see CellFacts) of each of its cells that ran, by cell id. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface WhyReply {
  readonly nodes: readonly WhyNode[];
  readonly edges: readonly WhyEdge[];
}

export type { WhyEdge, WhyNode };

export interface ExportRequest {
  readonly notebook: string;
  readonly to: "node";
  /** Folder, relative to Jupyter's root; must be new or empty. */
  readonly out: string;
}

export interface ExportReply {
  /** Absolute. */
  readonly out: string;
  /** Paths in the folder, sorted. */
  readonly files: readonly string[];
  /** What a person should know: a file that did not travel, a package that is not installed. */
  readonly warnings: readonly string[];
}

/** Kept here so that the page can type an event stream. */
export type RunEvent = RunProgress;
