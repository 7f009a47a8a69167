import type { MetricPoint } from "../../lineage/cell-trace.js";
import type { Diagnostic, Plan } from "../compile/plan.js";
import type { RunDocument, RunProgress, StepDocument } from "./run-document.js";

/** The state of one run: the document as it grows, told to `onProgress` at every change. */
export class RunRecord {
  readonly run: string;
  readonly #startedMs: number;
  readonly #now: () => number;
  readonly #onProgress: (progress: RunProgress) => void;
  /** All but its steps and what is made of them. */
  #document: RunDocument;
  readonly #steps: Map<string, StepDocument>;
  /** The document as it was last asked for; null as soon as anything is different. */
  #whole: RunDocument | null = null;

  constructor(
    about: {
      readonly run: string;
      readonly notebook: string;
      readonly plan: Plan;
      readonly params: Readonly<Record<string, unknown>>;
      readonly diagnostics: readonly Diagnostic[];
      readonly sweep?: string;
    },
    effects: { readonly now: () => number; readonly onProgress: (progress: RunProgress) => void },
  ) {
    this.run = about.run;
    this.#now = effects.now;
    this.#onProgress = effects.onProgress;
    this.#startedMs = effects.now();
    this.#document = {
      run: about.run,
      ...(about.sweep === undefined ? {} : { sweep: about.sweep }),
      notebook: about.notebook,
      status: "running",
      startedAt: new Date(this.#startedMs).toISOString(),
      durationMs: 0,
      params: about.params,
      metrics: {},
      steps: about.plan.steps.map((step) => ({
        name: step.name,
        status: "waiting",
        cells: step.cells,
        durationMs: 0,
        cpuMs: 0,
        peakMemoryBytes: 0,
        metrics: {},
        reason: "",
        outputs: [],
      })),
      diagnostics: about.diagnostics,
    };
    this.#steps = new Map(this.#document.steps.map((step) => [step.name, step]));
  }

  /** Put together when it is asked for: of a thousand steps, each tells of itself several times. */
  get document(): RunDocument {
    if (this.#whole !== null) return this.#whole;
    const steps = [...this.#steps.values()];
    const metrics: Record<string, number> = {};
    for (const step of steps) Object.assign(metrics, step.metrics);
    this.#whole = { ...this.#document, steps, metrics };
    return this.#whole;
  }

  /** Values of all params, as far as they are known. */
  get values(): RunDocument["params"] {
    return this.#document.params;
  }

  /** How many steps have not begun. */
  get waiting(): number {
    let count = 0;
    for (const step of this.#steps.values()) if (step.status === "waiting") count += 1;
    return count;
  }

  /** The run's first news: that it is there. */
  begin(): void {
    this.#onProgress({ kind: "run", document: this.document });
  }

  step(name: string): StepDocument {
    const found = this.#steps.get(name);
    if (found === undefined) throw new Error(`Cannot find step ${name} in run ${this.run}`);
    return found;
  }

  update(name: string, change: Partial<StepDocument>): void {
    const step = { ...this.step(name), ...change };
    this.#steps.set(name, step);
    this.#change({ durationMs: this.#elapsed() });
    this.#onProgress({ kind: "step", run: this.run, step });
  }

  /** A metric arrived while the step runs. */
  metric(name: string, point: MetricPoint): void {
    this.update(name, { metrics: { ...this.step(name).metrics, [point.name]: point.value } });
  }

  /** Values that params really had; they replace what the plan's defaults said. */
  params(values: Readonly<Record<string, unknown>>): void {
    if (Object.keys(values).length > 0) this.#change({ params: { ...this.#document.params, ...values } });
  }

  log(step: string, stream: "stdout" | "stderr", text: string): void {
    this.#onProgress({ kind: "log", run: this.run, step, stream, text });
  }

  note(step: string, text: string, fraction: number | null, values?: Readonly<Record<string, number>>): void {
    this.#onProgress({ kind: "note", run: this.run, step, text, fraction, ...(values ? { values } : {}) });
  }

  diagnose(diagnostic: Diagnostic): void {
    this.#change({ diagnostics: [...this.#document.diagnostics, diagnostic] });
  }

  finish(status: RunDocument["status"]): RunDocument {
    this.#change({ status, durationMs: this.#elapsed() });
    this.#onProgress({ kind: "run", document: this.document });
    return this.document;
  }

  #change(change: Partial<RunDocument>): void {
    this.#document = { ...this.#document, ...change };
    this.#whole = null;
  }

  #elapsed(): number {
    return Math.round((this.#now() - this.#startedMs) * 10) / 10;
  }
}
