import { basename } from "node:path";
import type { FitFacts, MetricPoint } from "../../lineage/cell-trace.js";
import type { RunRecord } from "../../lineage/run-record.js";
import { type RunSummary, tracesOf } from "../../lineage/runs.js";
import type { MlflowMetric, MlflowTag } from "./mlflow-types.js";

/** A run in MLflow's words. */
export interface MlflowDraft {
  readonly name: string;
  readonly startTime: number;
  /** Null while it runs. */
  readonly endTime: number | null;
  readonly status: "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
  readonly params: readonly MlflowTag[];
  readonly metrics: readonly MlflowMetric[];
  readonly tags: readonly MlflowTag[];
}

/** By this tag a run of ours is known there. */
export const RUN_TAG = "tagline.run";

const STATUS = { running: "RUNNING", succeeded: "FINISHED", failed: "FAILED", cancelled: "KILLED" } as const;
/** MLflow's limits, characters. */
const MOST = { key: 250, param: 6000, tag: 5000 } as const;

/** Params, every point of every metric, the epochs of fits, and what the run stood on, as tags. */
export function toMlflow(record: RunRecord, summary: RunSummary): MlflowDraft {
  const startTime = Date.parse(summary.startedAt);
  const notebook = summary.notebook === null ? null : basename(summary.notebook, ".ipynb");
  return {
    name: `${notebook ?? summary.kind} ${summary.run.slice(-6)}`,
    startTime,
    endTime: summary.status === "running" ? null : startTime + Math.round(summary.durationMs ?? 0),
    status: STATUS[summary.status],
    params: Object.entries(summary.params).map(([key, value]) => ({
      key: keyOf(key),
      value: cut(textOf(value), MOST.param),
    })),
    metrics: [...metricsOf(record, startTime), ...fitsOf(record)],
    tags: tagsOf(record, summary).map(([key, value]) => ({ key, value: cut(value, MOST.tag) })),
  };
}

function tagsOf(
  record: RunRecord,
  { run, kind, notebook, author }: RunSummary,
): (readonly [key: string, value: string])[] {
  const { environment } = record.started ?? {};
  return [
    [RUN_TAG, run],
    ["tagline.kind", kind],
    ["tagline.host", record.host],
    ["mlflow.user", author],
    ["mlflow.source.type", "NOTEBOOK"],
    ...(notebook === null ? [] : [["mlflow.source.name", notebook] as const]),
    ...(environment === undefined
      ? []
      : [
          ["tagline.version", environment.tagline] as const,
          ["tagline.node", environment.node] as const,
          ...(environment.gitCommit === null ? [] : [["mlflow.source.git.commit", environment.gitCommit] as const]),
        ]),
  ];
}

function metricsOf(record: RunRecord, startTime: number): MlflowMetric[] {
  const counts = new Map<string, number>();
  return tracesOf(record).flatMap(({ metrics }) =>
    metrics.map(({ name, value, step, at }: MetricPoint) => {
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      const timestamp = Date.parse(at);
      return {
        key: keyOf(name),
        value: numberOf(value),
        timestamp: Number.isNaN(timestamp) ? startTime : timestamp,
        // Points without a step of their own are counted, so that a chart has an axis.
        step: Number.isInteger(step) ? (step ?? count) : count,
      };
    }),
  );
}

/** `fit.loss`, `fit2.loss`…: a value an epoch, at moments spread over the time that the fit took. */
function fitsOf(record: RunRecord): MlflowMetric[] {
  let fits = 0;
  return tracesOf(record).flatMap(({ fits: own, startedAt }) =>
    own.flatMap(({ history, epochs, durationMs }: FitFacts) => {
      fits += 1;
      const prefix = fits === 1 ? "fit" : `fit${fits}`;
      const began = Date.parse(startedAt);
      return Object.entries(history).flatMap(([name, values]) =>
        values.map((value, epoch) => ({
          key: keyOf(`${prefix}.${name}`),
          value: numberOf(value),
          timestamp: Math.round(began + (durationMs * (epoch + 1)) / Math.max(1, epochs)),
          step: epoch,
        })),
      );
    }),
  );
}

function numberOf(value: number): MlflowMetric["value"] {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** MLflow takes letters, digits, and `_ - . space / :` in names. */
function keyOf(name: string): string {
  return cut(name.replaceAll(/[^\p{L}\p{N}_\-./: ]/gu, "_"), MOST.key);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
