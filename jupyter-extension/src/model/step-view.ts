import type { PlanStep, StepDocument } from "tagline/service/api";
import { findStep, type RunView, type StepSaid } from "./run-view.js";

export type StepState = "idle" | StepDocument["status"];

/** What a node shows of its step. */
export interface StepView {
  readonly name: string;
  /** `idle`: the run shown, if any, does not know the step. */
  readonly state: StepState;
  /** Its code changed since the run that is shown. */
  readonly edited: boolean;
  /** At the right of its name: `done`, `62 %`. */
  readonly stateText: string;
  /** 0..1 while that is known. */
  readonly fraction: number | null;
  /** Below its name: what it gave, or what it is about. */
  readonly about: string;
  /** `1.3 s`, or empty. */
  readonly time: string;
  readonly document: StepDocument | null;
  readonly said: StepSaid | null;
}

export interface ViewOptions {
  /** Its code changed since the run that is shown. */
  readonly edited?: boolean;
  /** A run was asked for and is not there yet. */
  readonly starting?: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export function viewStep(step: PlanStep, shown: RunView | null, options: ViewOptions): StepView {
  const run = options.starting ? null : shown;
  const document = findStep(run, step.name);
  const said = run?.steps.get(step.name) ?? null;
  const state: StepState = options.starting ? "waiting" : (document?.status ?? "idle");
  const edited = options.edited === true && document !== null && run?.document.status !== "running";
  const fraction = state === "running" ? (said?.fraction ?? null) : null;
  return {
    name: step.name,
    state,
    edited,
    stateText: edited ? "edited" : fraction === null ? STATE_TEXTS[state] : `${Math.floor(fraction * 100)} %`,
    fraction,
    about: aboutStep(step, document, said),
    time: timeOf(document, said, options.nowMs),
    document,
    said,
  };
}

function timeOf(document: StepDocument | null, said: StepSaid | null, nowMs: number): string {
  if (document?.status === "running") return said?.since == null ? "" : formatMs(Math.max(0, nowMs - said.since));
  return document === null || document.status === "waiting" || document.status === "skipped"
    ? ""
    : formatMs(document.durationMs);
}

const STATE_TEXTS: Readonly<Record<StepState, string>> = {
  idle: "not run",
  waiting: "waiting",
  running: "running",
  done: "done",
  cached: "cached",
  failed: "failed",
  skipped: "skipped",
};

function aboutStep(step: PlanStep, document: StepDocument | null, said: StepSaid | null): string {
  if (document?.status === "running" && said?.note) return said.note;
  if (document?.error !== undefined) return document.error.message.split("\n")[0] ?? "";
  if (document?.status === "done" || document?.status === "cached") {
    const metrics = Object.entries(document.metrics);
    if (metrics.length > 0)
      return metrics
        .slice(0, 2)
        .map(([name, value]) => `${name} ${formatNumber(value)}`)
        .join(" · ");
    const summaries = document.outputs.map((output) => output.summary).filter((summary) => summary !== "");
    if (summaries.length > 0) return shortSummary(summaries);
  }
  return step.cells.length === 1 ? "1 cell" : `${step.cells.length} cells`;
}

/** `344 rows` of one table, `239 / 103 rows` of several, else what there is. */
function shortSummary(summaries: readonly string[]): string {
  const rows = summaries.map((summary) => /^([\d,.\s]+) rows\b/.exec(summary)?.[1]);
  if (rows.every((count) => count !== undefined)) return `${rows.slice(0, 4).join(" / ")} rows`;
  return summaries.slice(0, 2).join(" · ");
}

/** `0.0 s`, `12.3 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** At most four significant digits after the point, as a person would say it. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  return String(Number(value.toPrecision(4)));
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ""}`;
}
