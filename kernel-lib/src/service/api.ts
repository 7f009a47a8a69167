import type { CellFacts } from "../notebook/cell-facts.js";
import type { RunDocument, RunProgress } from "../pipeline/run/run-document.js";

export type { CellFacts } from "../notebook/cell-facts.js";
export type { Compiled, Diagnostic, Fix, Plan, PlanEdge, PlanStep } from "../pipeline/compile/plan.js";
export type { RunDocument, RunProgress, StepDocument, StepError } from "../pipeline/run/run-document.js";

/**
 * The service's HTTP API, mounted at `/tagline/` behind Jupyter's login. Paths of notebooks are relative to
 * Jupyter's root folder. Every request that changes something carries the header `X-Tagline: 1`,
 * has `Content-Type: application/json` and comes from the same origin. Errors: `{error: {code, message}}`.
 *
 * | method and path | takes | gives |
 * |---|---|---|
 * | GET `api/status` | | StatusReply |
 * | POST `api/facts` | FactsRequest | FactsReply |
 * | POST `api/runs` | StartRunRequest | StartRunReply; 409 while that notebook has a run |
 * | POST `api/runs/:run/cancel` | | RunDocument |
 * | GET `api/runs?notebook=PATH` | | RunsReply, newest first |
 * | GET `api/runs/:run` | | RunDocument |
 * | GET `api/runs/:run/events` | | server-sent events, each `data:` a RunProgress; ends with the run |
 * | GET `api/why?name=metric:accuracy&notebook=PATH` | | WhyReply |
 * | POST `api/export` | ExportRequest | ExportReply |
 */
export interface StatusReply {
  readonly version: string;
  /** Absolute path of Jupyter's root folder. */
  readonly root: string;
}

export interface FactsRequest {
  readonly notebook: string;
  /** Code cells in order, as they stand on the page, saved or not. */
  readonly cells: readonly { readonly id: string; readonly source: string; readonly tags: readonly string[] }[];
}

export interface FactsReply {
  /** By cell id. */
  readonly facts: Readonly<Record<string, CellFacts>>;
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

export interface WhyReply {
  readonly nodes: readonly WhyNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface WhyNode {
  readonly id: string;
  readonly kind: "metric" | "cell" | "step" | "variable" | "artifact" | "param" | "file" | "run";
  readonly label: string;
  /** sha256 (hex) where it has one. */
  readonly hash?: string;
  readonly path?: string;
  readonly value?: unknown;
}

export interface ExportRequest {
  readonly notebook: string;
  readonly to: "node";
  /** Folder, relative to Jupyter's root; must be new or empty. */
  readonly out: string;
}

export interface ExportReply {
  readonly out: string;
  readonly files: readonly string[];
}

/** Kept here so that the page can type an event stream. */
export type RunEvent = RunProgress;
