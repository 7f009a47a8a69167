import type { Diagnostic } from "../compile/plan.js";
import type { RunDocument, RunProgress, StepDocument } from "./run-document.js";

/** A terminal, as far as progress needs it. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Prints a run's progress as one line for each step that ended, with its time, why it ran, and its metrics; lines that steps write
 * come in between. On a terminal a last line shows what is running.
 */
export function printProgress(out: ProgressStream): (progress: RunProgress) => void {
  const ended = new Set<string>();
  let width = 4;
  let live = "";
  let steps: readonly StepDocument[] = [];
  const notes = new Map<string, string>();

  const say = (text: string): void => {
    if (live !== "") out.write("\r\u001b[K");
    live = "";
    if (text !== "") out.write(`${text}\n`);
  };
  const showLive = (): void => {
    if (out.isTTY !== true) return;
    const running = steps
      .filter((step) => step.status === "running")
      .map((step) => [step.name, notes.get(step.name)].filter(Boolean).join(" "));
    const next = running.length === 0 ? "" : `… ${running.join(", ")}`.slice(0, (out.columns || 80) - 1);
    if (next === live) return;
    out.write(`\r\u001b[K${next}`);
    live = next;
  };
  return (progress) => {
    if (progress.kind === "run") {
      steps = progress.document.steps;
      width = Math.max(4, ...steps.map((step) => step.name.length));
      if (progress.document.status === "running") {
        say(
          [
            `Run ${progress.document.run} of ${progress.document.notebook}`,
            ...progress.document.diagnostics.map(diagnosticLine),
          ].join("\n"),
        );
      } else {
        // Those of before have been told.
        for (const diagnostic of progress.document.diagnostics)
          if (diagnostic.code === "TL059") say(diagnosticLine(diagnostic));
        say(runSummary(progress.document));
      }
      return;
    }
    if (progress.kind === "step") {
      const { step } = progress;
      steps = steps.map((other) => (other.name === step.name ? step : other));
      if (step.status !== "running" && step.status !== "waiting" && !ended.has(step.name)) {
        ended.add(step.name);
        say(stepLine(step, width));
        if (step.error !== undefined) say(errorLines(step.error));
        if (step.inputs !== undefined) say(`  Its inputs: ${step.inputs}`);
      }
    } else if (progress.kind === "log") {
      say(`  ${progress.step} │ ${progress.text}`);
    } else {
      notes.set(progress.step, progress.text);
    }
    showLive();
  };
}

/** How a step ended, in one line. */
export function stepLine(step: StepDocument, width: number): string {
  const metrics = Object.entries(step.metrics)
    .map(([name, value]) => `${name} ${shortNumber(value)}`)
    .join("  ");
  const models = (step.models ?? []).map(({ name, number }) => `model ${name} version ${number}`).join("  ");
  const time = step.status === "skipped" ? "" : duration(step.durationMs);
  // The run that did the work is in the document; here it would crowd out the rest.
  const reason = step.status === "cached" ? "nothing changed" : step.reason;
  return [
    `${MARKS[step.status]} ${step.name.padEnd(width)}`,
    step.status.padEnd(7),
    time.padStart(8),
    `  ${reason}`,
    costOf(step),
    metrics === "" ? "" : `  ${metrics}`,
    models === "" ? "" : `  ${models}`,
  ]
    .join(" ")
    .trimEnd();
}

/** Of a step whose process ran here. */
function costOf({ status, cpuMs, peakMemoryBytes }: StepDocument): string {
  if ((status !== "done" && status !== "failed") || cpuMs === 0) return "";
  return ` (cpu ${duration(cpuMs)}, ${Math.round(peakMemoryBytes / 2 ** 20)} MB)`;
}

const MARKS: Readonly<Record<StepDocument["status"], string>> = {
  waiting: "·",
  running: "…",
  done: "✓",
  cached: "=",
  failed: "✗",
  skipped: "-",
};

/** `1.3 s`, `240 ms`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function diagnosticLine({ cellId, line, severity, code, message }: Diagnostic): string {
  const place = cellId === null ? "notebook" : `cell [${cellId}]${line === null ? "" : ` line ${line}`}`;
  return `${place}: ${severity} ${code} ${message}`;
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** An error with its cause, the lines around its place, and its stack. */
export function errorLines(error: NonNullable<StepDocument["error"]>): string {
  // The frames count cells as the notebook shows them.
  const frame = error.stack.find((text) => text.endsWith(`line ${error.line}, column ${error.column}`));
  const number = /cell (\d+) /.exec(frame ?? "")?.[1];
  const cell = [number, error.cellId === null ? "" : `[${error.cellId}]`].filter(Boolean).join(" ");
  const where = cell === "" ? "" : ` at cell ${cell}${error.line === null ? "" : ` line ${error.line}`}`;
  return [
    `  ${error.name}${where}: ${error.message}`,
    ...(error.causes ?? []).map((cause) => `    caused by ${cause}`),
    ...(error.codeFrame?.split("\n") ?? []).map((line) => `    ${line}`),
    ...stackLines(error.stack).map((line) => `    ${line}`),
  ].join("\n");
}

/** A function that calls itself is told once. */
function stackLines(stack: readonly string[]): string[] {
  const lines: string[] = [];
  for (let index = 0; index < stack.length; ) {
    const same = stack.slice(index).findIndex((frame) => frame !== stack[index]);
    const times = same < 0 ? stack.length - index : same;
    lines.push(`at ${stack[index] ?? ""}${times > 1 ? ` (${times} times)` : ""}`);
    index += times;
  }
  return lines;
}

/** `Succeeded in 1.3 s (2 done, 5 cached)`. */
export function runSummary(document: RunDocument): string {
  const count = (status: StepDocument["status"]): number =>
    document.steps.filter((step) => step.status === status).length;
  const parts = (["done", "cached", "failed", "skipped"] as const).flatMap((status) =>
    count(status) > 0 ? [`${count(status)} ${status}`] : [],
  );
  return `${document.status[0]?.toUpperCase()}${document.status.slice(1)} in ${duration(document.durationMs)}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}
