import type { RunDocument, RunProgress, StepDocument } from "tagline/service/api";

/** A run as the page shows it: its document, and what its steps said meanwhile. Immutable. */
export interface RunView {
  readonly document: RunDocument;
  readonly steps: ReadonlyMap<string, StepSaid>;
}

export interface StepSaid {
  /** `epoch 25/40` */
  readonly note: string | null;
  /** 0..1, or null where it is not known. */
  readonly fraction: number | null;
  /** Values by epoch, by name. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  /** The last lines it wrote. */
  readonly lines: readonly string[];
  /** When this page saw it begin, milliseconds since 1970; null where it did not. */
  readonly since: number | null;
}

const SILENT: StepSaid = { note: null, fraction: null, series: {}, lines: [], since: null };
const KEPT_LINES = 200;

/** The view after one more piece of news; null stands for no run yet. News of another run than the view's is ignored. */
export function foldProgress(view: RunView | null, progress: RunProgress, nowMs: number): RunView | null {
  if (progress.kind === "run") {
    // A document comes first after every connection, and the notes are told again after it.
    const again =
      view !== null && view.document.run === progress.document.run && progress.document.status !== "running";
    return { document: progress.document, steps: again ? view.steps : new Map() };
  }
  if (view === null || view.document.run !== progress.run) return view;
  if (progress.kind === "step") {
    const { name, status } = progress.step;
    const begins = status === "running" && findStep(view, name)?.status === "waiting";
    const said = begins
      ? new Map(view.steps).set(name, { ...(view.steps.get(name) ?? SILENT), since: nowMs })
      : view.steps;
    const steps = view.document.steps.map((step) => (step.name === name ? progress.step : step));
    return { document: { ...view.document, steps }, steps: said };
  }
  const said = view.steps.get(progress.step) ?? SILENT;
  const next =
    progress.kind === "log" ? { ...said, lines: addLines(said.lines, progress.text) } : addNote(said, progress);
  return { ...view, steps: new Map(view.steps).set(progress.step, next) };
}

function addLines(lines: readonly string[], text: string): string[] {
  return [...lines, ...text.replace(/\n$/, "").split("\n")].slice(-KEPT_LINES);
}

function addNote(
  said: StepSaid,
  note: { text: string; fraction: number | null; values?: Readonly<Record<string, number>> },
): StepSaid {
  // A second fit in one step starts anew.
  const anew = note.fraction !== null && said.fraction !== null && note.fraction < said.fraction;
  const series: Record<string, readonly number[]> = anew ? {} : { ...said.series };
  for (const [name, value] of Object.entries(note.values ?? {})) series[name] = [...(series[name] ?? []), value];
  return { ...said, note: note.text, fraction: note.fraction, series };
}

export function findStep(view: RunView | null, name: string): StepDocument | null {
  return view?.document.steps.find((step) => step.name === name) ?? null;
}
